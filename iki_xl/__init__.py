"""iki_xl: templat, pengumpul dan rekap Indikator Kinerja Individu (IKI) dalam Excel."""

__version__ = "0.1.0"
