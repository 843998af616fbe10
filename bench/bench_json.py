# A callback that prints the results as one JSON document: ansible-core alone brings none.
import json

from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "bench_json"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.tasks = {}

    def v2_runner_on_ok(self, result):
        name = result._task.get_name()
        kept = {key: value for key, value in result._result.items() if key in ("stat", "content", "stdout")}
        self.tasks.setdefault(name, {})[result._host.get_name()] = kept

    def v2_playbook_on_stats(self, stats):
        tasks = [{"task": {"name": name}, "hosts": hosts} for name, hosts in self.tasks.items()]
        self._display.display(json.dumps({"plays": [{"tasks": tasks}]}))
