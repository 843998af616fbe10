/**
 * The package's schema, as @pulumi/command 1.2.1 has it: what each resource takes and gives. `check` reads it, and `pulumi package get-schema`
 * shows it. The conformance test compares it with the official plugin's, but for the descriptions, which are in the package's own docs.
 */

export interface Property {
  readonly type?: 'string' | 'boolean' | 'integer' | 'number' | 'array' | 'object';
  readonly $ref?: string;
  readonly items?: Property;
  readonly additionalProperties?: Property;
  readonly default?: string | number;
  readonly secret?: true;
  readonly replaceOnChanges?: true;
}
export type Fields = Readonly<Record<string, Property>>;

export interface Resource {
  readonly properties: Fields;
  readonly required?: readonly string[];
  readonly inputProperties: Fields;
  readonly requiredInputs?: readonly string[];
  readonly deprecationMessage?: string;
}
interface ObjectType {
  readonly type: 'object';
  readonly properties: Fields;
  readonly required: readonly string[];
}
interface EnumType {
  readonly type: 'string';
  readonly enum: readonly { readonly value: string }[];
}

const text: Property = { type: 'string' };
const flag: Property = { type: 'boolean' };
const texts: Property = { type: 'array', items: text };
const textMap: Property = { type: 'object', additionalProperties: text };
const asset: Property = { $ref: 'pulumi.json#/Asset' };
const triggers: Property = { type: 'array', items: { $ref: 'pulumi.json#/Any' } };

const access: Fields = {
  agentSocketPath: text,
  dialErrorLimit: { type: 'integer', default: 10 },
  host: text,
  hostKey: text,
  password: { type: 'string', secret: true },
  perDialTimeout: { type: 'integer', default: 15 },
  port: { type: 'number', default: 22 },
  privateKey: { type: 'string', secret: true },
  privateKeyPassword: { type: 'string', secret: true },
  user: { type: 'string', default: 'root' },
};
const connection: Property = { $ref: '#/types/command:remote:Connection', secret: true };

const output: Fields = { stderr: text, stdout: text };
const lifecycle: Fields = {
  create: text,
  delete: text,
  triggers: { ...triggers, replaceOnChanges: true },
  update: text,
};
const running = (place: 'local' | 'remote'): Fields => ({
  addPreviousOutputInEnv: flag,
  environment: textMap,
  logging: { $ref: `#/types/command:${place}:Logging` },
  stdin: text,
});
const runningHere: Fields = {
  ...running('local'),
  archivePaths: texts,
  assetPaths: texts,
  dir: text,
  interpreter: texts,
};
const collected: Fields = {
  archive: { $ref: 'pulumi.json#/Archive' },
  assets: { type: 'object', additionalProperties: asset },
};

const localCommand: Fields = { ...lifecycle, ...runningHere };
const remoteCommand: Fields = { ...lifecycle, ...running('remote'), connection };
const copyToRemote: Fields = {
  connection,
  remotePath: text,
  source: asset,
  triggers: { ...triggers, replaceOnChanges: true },
};
const copyFile: Fields = { connection, localPath: text, remotePath: text, triggers };

function resource(inputs: Fields, required: readonly string[], outputs: Fields = {}): Resource {
  const always = [...required, ...['stdout', 'stderr'].filter((name) => name in outputs)];
  return {
    properties: { ...inputs, ...outputs },
    required: always,
    inputProperties: inputs,
    ...(required.length === 0 ? {} : { requiredInputs: required }),
  };
}

export const resources: Readonly<Record<string, Resource>> = {
  'command:local:Command': resource(localCommand, [], { ...output, ...collected }),
  'command:remote:Command': resource(remoteCommand, ['connection'], output),
  'command:remote:CopyFile': {
    ...resource(copyFile, ['connection', 'localPath', 'remotePath']),
    deprecationMessage:
      'This resource is deprecated and will be removed in a future release. Please use the `CopyToRemote` resource instead.',
  },
  'command:remote:CopyToRemote': resource(copyToRemote, ['connection', 'source', 'remotePath']),
};

const logging: EnumType = {
  type: 'string',
  enum: ['stdout', 'stderr', 'stdoutAndStderr', 'none'].map((value) => ({ value })),
};

export const types: Readonly<Record<string, ObjectType | EnumType>> = {
  'command:local:Logging': logging,
  'command:remote:Connection': {
    type: 'object',
    properties: { ...access, proxy: { $ref: '#/types/command:remote:ProxyConnection' } },
    required: ['host'],
  },
  'command:remote:Logging': logging,
  'command:remote:ProxyConnection': { type: 'object', properties: access, required: ['host'] },
};

/** `local.run`: a command that runs on every preview and every up. */
export const runInputs: ObjectType = {
  type: 'object',
  properties: { ...runningHere, command: text },
  required: ['command'],
};

export const packageVersion = '1.2.1';

export const schema = {
  name: 'command',
  displayName: 'Command',
  version: packageVersion,
  description: "Commands and copies on a site's machines, over the same SSH sessions that examsite uses.",
  license: 'Apache-2.0',
  types,
  provider: {},
  config: {},
  resources,
  functions: {
    'command:local:run': {
      inputs: runInputs,
      outputs: {
        type: 'object',
        properties: { ...runInputs.properties, ...output, ...collected },
        required: ['command', 'stdout', 'stderr'],
      },
    },
  },
};
