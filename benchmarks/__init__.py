"""What we claim, measured beside the peers it names: `python -m benchmarks NAME`."""
