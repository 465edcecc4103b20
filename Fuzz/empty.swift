// libFuzzer has `main`.
