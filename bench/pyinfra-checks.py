# The checks of one host as pyinfra facts; its answers go to a file of its own.
import json
import os

from pyinfra import host
from pyinfra.facts.files import Sha256File
from pyinfra.facts.server import Command, Which

answers = {}
for check in json.loads(os.environ["BENCH_CHECKS"]):
    kind, subject = check["kind"], check["subject"]
    if kind == "sha256":
        answers[check["id"]] = host.get_fact(Sha256File, path=subject)
    elif kind == "content":
        answers[check["id"]] = host.get_fact(Command, command="base64 -w0 '%s'" % subject)
    else:
        answers[check["id"]] = host.get_fact(Which, command=subject)

folder = os.environ["BENCH_RESULTS"]
os.makedirs(folder, exist_ok=True)
with open(os.path.join(folder, host.data.name + ".json"), "w") as file:
    json.dump(answers, file)
