/**
 * `import NAME`, as far as the stand-ins of src/lab/packages/wheels.ts go: a module is found as CPython's path finder finds it, an
 * `__init__.py` runs its import statements and assignments of texts, and a .pyd is loaded when it is whole and the DLLs of its import table
 * are there. Any other statement is not modelled and is a SyntaxError, which is also what a damaged file gives.
 */
import { z } from 'zod';
import type { Machine } from '../../pc/machine.ts';
import { memo } from '../memo.ts';

export interface Interpreter {
  readonly machine: Machine;
  /** Folder of python.exe. */
  readonly home: string;
  /** Its own site-packages, where pip installs. */
  readonly site: string;
  /** Where modules of third parties are looked for, in this order (search-path.ts). */
  readonly path: readonly string[];
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

/** One run of the interpreter: what it has imported (sys.modules), and what its path finder knows of folders. */
interface Run extends Interpreter {
  readonly loaded: Set<string>;
  readonly names: (folder: string) => ReadonlySet<string>;
}

/** @returns an import for one run: null when it works, else `ImportError: DLL load failed: …` */
export function importer(python: Interpreter): (name: string) => string | null {
  const listings = new Map<string, ReadonlySet<string>>();
  const names = (folder: string): ReadonlySet<string> => {
    const known = listings.get(folder) ?? new Set(python.machine.files.list(folder));
    listings.set(folder, known);
    return known;
  };
  const run: Run = { ...python, loaded: new Set(), names };
  return (name) => {
    try {
      importModule(run, name);
      return null;
    } catch (error) {
      if (error instanceof PythonError) return `${error.type}: ${error.message}`;
      throw error;
    }
  };
}

function importModule(run: Run, name: string): void {
  const parts = name.split('.');
  for (const index of parts.keys()) {
    const full = parts.slice(0, index + 1).join('.');
    if (run.loaded.has(full)) continue;
    const file = find(run, full);
    if (file === undefined) throw new PythonError('ModuleNotFoundError', `No module named '${full}'`);
    run.loaded.add(full);
    try {
      if (file.endsWith('.pyd')) loadExtension(run, file);
      else if (file !== '') execute(run, full, file);
    } catch (error) {
      // The next import of it begins anew.
      run.loaded.delete(full);
      throw error;
    }
  }
}

/**
 * @returns the module's file; '' for a namespace package (zope), which is a folder without `__init__.py`. Windows finds a file in any case,
 *   and CPython then insists on the right one.
 */
function find(run: Run, name: string): string | undefined {
  const found = run.path.map((site) => findIn(run, site, name));
  // A namespace package is what is left when no folder of the path has anything else of that name.
  return found.find((file) => file !== undefined && file !== '') ?? found.find((file) => file !== undefined);
}

function findIn({ machine: { files }, names, minor }: Run, site: string, name: string): string | undefined {
  const parts = name.split('.');
  const base = parts.pop() ?? '';
  const folder = [site, ...parts].join('\\');
  const entries = names(folder);
  const inner = `${folder}\\${base}`;
  if (entries.has(base) && files.read(`${inner}\\__init__.py`)) return `${inner}\\__init__.py`;
  const tag = `cp${minor.replace('.', '')}-win_amd64`;
  const file = [`${base}.${tag}.pyd`, `${base}.pyd`, `${base}.py`].find((entry) => entries.has(entry));
  if (file !== undefined) return `${folder}\\${file}`;
  return entries.has(base) && files.isDirectory(inner) ? '' : undefined;
}

const statement =
  /^(?:import (?<modules>[\w.]+(?:, [\w.]+)*)|from \. import (?<relative>\w+)|__version__ = '[^']*'|#.*|)$/;

/** What a module's source does: the modules it imports, and the first line that is no Python of this model. */
const parseSource = memo((content: Buffer) => {
  const steps: { readonly module: string; readonly relative: boolean }[] = [];
  for (const [index, line] of content.toString('utf8').split(/\r?\n/).entries()) {
    const match = statement.exec(line);
    if (!match) return { steps, invalidLine: index + 1 };
    const { modules, relative } = match.groups ?? {};
    for (const module of modules?.split(', ') ?? []) steps.push({ module, relative: false });
    if (relative !== undefined) steps.push({ module: relative, relative: true });
  }
  return { steps, invalidLine: undefined };
});

function execute(run: Run, name: string, file: string): void {
  const content = run.machine.files.read(file)?.content;
  if (!content) return;
  const { steps, invalidLine } = parseSource(content);
  // CPython compiles the whole file before it runs its first line.
  if (invalidLine !== undefined) {
    throw new PythonError(
      'SyntaxError',
      `invalid syntax (${file.slice(file.lastIndexOf('\\') + 1)}, line ${invalidLine})`,
    );
  }
  for (const { module, relative } of steps) importModule(run, relative ? `${name}.${module}` : module);
}

function loadExtension(python: Interpreter, file: string): void {
  const content = python.machine.files.read(file)?.content;
  const table = content && importTable(content);
  if (!table) throw new PythonError('ImportError', 'DLL load failed: %1 is not a valid Win32 application.');
  const places = [python.home, file.slice(0, file.lastIndexOf('\\')), 'C:\\Windows\\System32'];
  const missing = table.some((dll) => !places.some((folder) => python.machine.files.read(`${folder}\\${dll}`)));
  if (missing) throw new PythonError('ImportError', 'DLL load failed: The specified module could not be found.');
}

const importTable = memo((content: Buffer): readonly string[] | undefined => {
  try {
    return extension.parse(JSON.parse(content.toString('utf8'))).imports;
  } catch {
    return undefined;
  }
});
