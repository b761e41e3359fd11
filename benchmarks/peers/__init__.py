"""What others would write for the same result, with care: nothing that they could have prepared is timed."""
