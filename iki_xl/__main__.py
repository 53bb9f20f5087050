"""`python -m iki_xl` is the same as `iki-xl`."""

from iki_xl.cli.commands import main

if __name__ == "__main__":
    main()
