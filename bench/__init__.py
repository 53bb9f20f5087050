"""Speed, measured against a yardstick in the same run: ratios mean something on a noisy machine."""
