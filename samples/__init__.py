"""Sample records, a folder for each form, and the scripts that show what comes of them."""
