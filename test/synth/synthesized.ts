import { spawnSync } from 'node:child_process';

/** Two distributions, a bucket of somebody else and an address to write to: everything that settings can switch on. */
export const EVERYTHING = {
  BACKBONE_ACCOUNT: '123456789012',
  BACKBONE_REGION: 'eu-west-1',
  BACKBONE_DISTRIBUTIONS: 'E1ABCDEFGHIJKL,E2ABCDEFGHIJKL',
  BACKBONE_SOURCE_BUCKETS: '[{"bucket":"older-logs","prefix":"cdn/"}]',
  BACKBONE_ALARM_EMAIL: 'owner@example.org',
  BACKBONE_EXCLUDE_ADDRESSES: '198.51.100.7',
  BACKBONE_COST_EXPORT: 's3://billing/exports/',
};

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: templates are JSON of any shape
  readonly Properties: any;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** Resources by their logical ids. */
export type Resources = Readonly<Record<string, Resource>>;
export type Templates = Readonly<Record<string, { readonly Resources: Resources }>>;

type Settings = Readonly<Record<string, unknown>>;

/** Templates of all stacks by their ids, as `cdk synth` makes them. */
export function templates(settings: Settings = {}): Templates {
  return eachTemplates([settings])[0]!;
}

/** The same for each of several settings, in one process. Throws what the app says of its settings. */
export function eachTemplates(list: readonly Settings[]): Templates[] {
  const script = ['--disable-warning=ExperimentalWarning', 'test/synth/synthesize.ts'];
  const run = spawnSync(process.execPath, [...script, JSON.stringify(list)], {
    encoding: 'utf8',
    // The offline validator takes seconds; the test of `cdk synth` runs it.
    env: { ...process.env, CDK_VALIDATION: 'false' },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as Templates[];
}

/** Resources of a type in all stacks, by their paths: `PipelineStack/IngestFunctionB02ED0EB`. */
export function everyResource(all: Templates, type: string): [path: string, resource: Resource][] {
  return Object.entries(all).flatMap(([stack, { Resources }]) =>
    Object.entries(Resources)
      .filter(([, { Type }]) => Type === type)
      .map(([id, resource]): [string, Resource] => [`${stack}/${id}`, resource]),
  );
}

/** The one resource of a stack whose logical id begins so. */
export function resource(all: Templates, stack: string, id: string, type?: string): Resource {
  const found = Object.entries(all[stack]!.Resources).filter(
    ([name, { Type }]) => name.replace(/[0-9A-F]{8}$/, '') === id && (type === undefined || Type === type),
  );
  if (found.length !== 1) throw new Error(`${found.length} resources of ${stack} are called ${id}`);
  return found[0]![1];
}

/** A value with its intrinsic functions written out as text: `arn:<AWS::Partition>:s3:::…`, `<Queue.Arn>`. */
export function plain(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [[name, argument] = ['', undefined]] = Object.entries(value);
  if (name === 'Ref') return `<${withoutHash(String(argument))}>`;
  if (name === 'Fn::GetAtt') return `<${(argument as string[]).map(withoutHash).join('.')}>`;
  if (name === 'Fn::Sub') return String(argument).replaceAll(/\$\{([\w:.]+)\}/g, '<$1>');
  if (name === 'Fn::GetStackOutput')
    return `<${outputName((argument as { OutputName: string }).OutputName)}>`;
  if (name === 'Fn::Join') {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map(plain).join(separator);
  }
  throw new Error(`not known here: ${JSON.stringify(value)}`);
}

/** One or many, as CloudFormation lets both stand. */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function withoutHash(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, '');
}

/** `PublishOutputRef<id><hash>`, with `FnGetAtt` and the attribute around the id where it is one. */
function outputName(name: string): string {
  const [, id, attribute] =
    /^PublishOutput(?:Ref|FnGetAtt)(\w+?)[0-9A-F]{8}(Arn|QueueName)?[0-9A-F]{8}$/.exec(name) ?? [];
  if (id === undefined) throw new Error(`not known here: ${name}`);
  return attribute === undefined ? id : `${id}.${attribute}`;
}
