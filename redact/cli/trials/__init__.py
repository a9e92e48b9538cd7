"""Commands that try the program out: demo, selftest, measure, speed, bench."""
