import os

# Before anything imports the package; the notebooks' kernels inherit it.
os.environ["CNNCOURSE_REDUCED"] = "1"
