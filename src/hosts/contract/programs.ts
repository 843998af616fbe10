/** The three programs of the suite, in Python, as a Linux machine has them. */
import type { Subject } from './subject.ts';

/** In the command line of the one that hangs. */
export const marker = 'examsite-contract-hangs';

/** @param python the one that the agent runs in */
export const programs = (python: string): Subject['programs'] => ({
  echo: {
    exe: python,
    args: [
      '-c',
      'import json,sys;sys.stdin.reconfigure(encoding="utf-8",newline="");print(json.dumps({"args":sys.argv[1:],"stdin":sys.stdin.read()}))',
    ],
  },
  fails: { exe: python, args: ['-c', 'import sys;print("out");print("err",file=sys.stderr);sys.exit(3)'] },
  hangs: {
    exe: python,
    args: [
      '-c',
      'import subprocess,sys,time;subprocess.Popen([sys.executable,"-c","import time;time.sleep(60)",sys.argv[1]]);time.sleep(60)',
      marker,
    ],
  },
});
