"""Programs that measure this project, alone and beside its peers; `make bench` runs them."""
