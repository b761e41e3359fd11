"""What `tests.trials.fuzz` is made of: seeds, changes to them, readers, and the process in which readers are tried."""
