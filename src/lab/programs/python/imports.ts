/**
 * `import NAME`, as far as the stand-ins of src/lab/packages/wheels.ts go: a module is found as CPython's path finder finds it, an
 * `__init__.py` runs its import statements and assignments of texts, and a .pyd is loaded when it is whole and the DLLs of its import table
 * are there. Any other statement is not modelled and is a SyntaxError, which is also what a damaged file gives.
 */
import { z } from 'zod';
import type { Machine } from '../../pc/machine.ts';

export interface Interpreter {
  readonly machine: Machine;
  /** Folder of python.exe. */
  readonly home: string;
  readonly site: string;
  /** `3.7` */
  readonly minor: string;
}

/** The text of a .pyd stand-in. */
const extension = z.strictObject({ pyd: z.string(), imports: z.array(z.string()) });

/** A Python exception: `ImportError`, and its text. */
class PythonError extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** @returns null when the import works, else `ImportError: DLL load failed: …` */
export function importError(python: Interpreter, name: string): string | null {
  try {
    importModule(python, name, new Set());
    return null;
  } catch (error) {
    if (error instanceof PythonError) return `${error.type}: ${error.message}`;
    throw error;
  }
}

function importModule(python: Interpreter, name: string, loaded: Set<string>): void {
  const parts = name.split('.');
  parts.forEach((_, index) => {
    const full = parts.slice(0, index + 1).join('.');
    if (loaded.has(full)) return;
    loaded.add(full);
    const file = find(python, full);
    if (file === undefined) throw new PythonError('ModuleNotFoundError', `No module named '${full}'`);
    if (file.endsWith('.pyd')) loadExtension(python, file);
    else if (file !== '') execute(python, full, file, loaded);
  });
}

/** @returns the module's file; '' for a namespace package (zope), which is a folder without `__init__.py` */
function find({ machine: { files }, site, minor }: Interpreter, name: string): string | undefined {
  const stem = `${site}\\${name.replaceAll('.', '\\')}`;
  const tag = `cp${minor.replace('.', '')}-win_amd64`;
  const candidates = [`${stem}\\__init__.py`, `${stem}.${tag}.pyd`, `${stem}.pyd`, `${stem}.py`];
  return candidates.find((file) => files.read(file) !== undefined) ?? (files.isDirectory(stem) ? '' : undefined);
}

const statement =
  /^(?:import (?<modules>[\w.]+(?:, [\w.]+)*)|from \. import (?<relative>\w+)|__version__ = '[^']*'|#.*|)$/;

function execute(python: Interpreter, name: string, file: string, loaded: Set<string>): void {
  const source = python.machine.files.read(file)?.content.toString('utf8') ?? '';
  const short = file.slice(file.lastIndexOf('\\') + 1);
  source.split('\n').forEach((line, index) => {
    const match = statement.exec(line.replace(/\r$/, ''));
    if (!match) throw new PythonError('SyntaxError', `invalid syntax (${short}, line ${index + 1})`);
    const { modules, relative } = match.groups ?? {};
    for (const module of modules?.split(', ') ?? []) importModule(python, module, loaded);
    if (relative !== undefined) importModule(python, `${name}.${relative}`, loaded);
  });
}

function loadExtension(python: Interpreter, file: string): void {
  const table = importTable(python.machine.files.read(file)?.content);
  if (!table) throw new PythonError('ImportError', 'DLL load failed: %1 is not a valid Win32 application.');
  const places = [python.home, file.slice(0, file.lastIndexOf('\\')), 'C:\\Windows\\System32'];
  const missing = table.some((dll) => !places.some((folder) => python.machine.files.read(`${folder}\\${dll}`)));
  if (missing) throw new PythonError('ImportError', 'DLL load failed: The specified module could not be found.');
}

function importTable(content: Buffer | undefined): readonly string[] | undefined {
  try {
    return extension.parse(JSON.parse(content?.toString('utf8') ?? '')).imports;
  } catch {
    return undefined;
  }
}
