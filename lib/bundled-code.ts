import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AssetHashType, type BundlingOptions, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildHandler } from './handler-asset.ts';
import { buildLayer } from './layer-asset.ts';
import type { StepName } from './step-grants.ts';

/** The layer that all functions share. */
export function layerCode(): Code {
  return built('layer', buildLayer);
}

/** One step, without the layer. */
export function handlerCode(step: StepName): Code {
  return built(`lambdas/${step}`, (folder) => buildHandler(step, folder));
}

/** Files by their paths, as one asset; `beside` is a folder that takes part in nothing but its name. */
export function filesCode(files: ReadonlyMap<string, Uint8Array>, beside: string): Code {
  return built(beside, (folder) => {
    for (const [path, bytes] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
  });
}

/** The hash is that of the output: a change of a comment deploys nothing. */
function built(folder: string, build: (folder: string) => void): Code {
  return Code.fromAsset(folder, { assetHashType: AssetHashType.OUTPUT, bundling: inProcess(build) });
}

function inProcess(build: (folder: string) => void): BundlingOptions {
  const tryBundle = (folder: string): boolean => {
    build(folder);
    return true;
  };
  // The image is asked for by the type and never used: there is no way to fail but by throwing.
  return { image: DockerImage.fromRegistry('none'), local: { tryBundle } };
}
