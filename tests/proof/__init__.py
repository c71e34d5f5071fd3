"""The promises of the product, each shown by a machine."""
