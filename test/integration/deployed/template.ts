import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the templates are thought to be deployed. */
export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template's properties are JSON of any shape
  readonly Properties: any;
  readonly Metadata?: Readonly<Record<string, string>>;
}

interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

/** A resource with its stack: logical ids are a stack's own. */
export interface Found extends Resource {
  readonly stack: string;
  readonly id: string;
}

/** What `cdk synth` wrote, read as CloudFormation would. */
export interface Assembly {
  ofType(type: string): Found[];
  /** A value of a stack with its intrinsic functions worked out. */
  resolve(stack: string, value: unknown): unknown;
}

/** What `Ref` and `Fn::GetAtt` answer for a resource; undefined: its logical id. */
export type Attribute = (resource: Found, name: string) => string | undefined;

/** Reads the templates of an assembly. */
export function readAssembly(folder: string, attribute: Attribute): Assembly {
  const names = readdirSync(folder).filter((name) => name.endsWith('.template.json'));
  const templates = new Map(
    names.map((name) => {
      const template = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Template;
      return [name.slice(0, -'.template.json'.length), template];
    }),
  );
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const stackNamed = (name: string) =>
    [...templates.keys()].find((id) => manifest.artifacts[id]?.properties?.stackName === name) ?? name;
  const found = (stack: string, id: string): Found | undefined => {
    const resource = templates.get(stack)?.Resources[id];
    return resource && { ...resource, stack, id };
  };
  const attributeOf = (stack: string, id: string, name: string) => {
    const resource = found(stack, id);
    return (resource && attribute(resource, name)) ?? `${stack}.${id}.${name}`;
  };
  const resolve = (stack: string, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((item) => resolve(stack, item));
    if (typeof value !== 'object' || value === null) return value;
    const [[name, argument] = ['', undefined] as [string, unknown], ...others] = Object.entries(value);
    if (others.length === 0) {
      // biome-ignore lint/suspicious/noExplicitAny: arguments of intrinsic functions
      const given = argument as any;
      if (name === 'Ref') return PSEUDO[given] ?? attributeOf(stack, given, 'Ref');
      if (name === 'Fn::GetAtt') return attributeOf(stack, given[0], given[1]);
      if (name === 'Fn::Join') return given[1].map((part: unknown) => resolve(stack, part)).join(given[0]);
      if (name === 'Fn::Sub')
        return given.replace(/\$\{(AWS::\w+)\}/g, (_: string, of: string) => PSEUDO[of]);
      if (name === 'Fn::GetStackOutput') {
        const other = stackNamed(given.StackName);
        return resolve(other, templates.get(other)?.Outputs?.[given.OutputName]?.Value);
      }
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(stack, item)]));
  };
  const ofType = (type: string) =>
    [...templates].flatMap(([stack, { Resources }]) =>
      Object.keys(Resources)
        .map((id) => found(stack, id) as Found)
        .filter(({ Type }) => Type === type),
    );
  return { ofType, resolve };
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};
