"""The hosts, for pyinfra. BENCH_HOSTS is a JSON file that test/bench/contenders.ts writes."""

import json
import os

with open(os.environ["BENCH_HOSTS"]) as file:
    hosts = [(name, data) for name, data in json.load(file).items()]
