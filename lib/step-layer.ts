import { RemovalPolicy } from 'aws-cdk-lib';
import { Architecture, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { layerCode } from './bundled-code.ts';

/** The layer of a stack's functions. Each stack has its own version, so that none waits for another's. */
export class StepLayer extends LayerVersion {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      description: 'Rooms of Backbone that all steps share',
      code: layerCode(),
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      compatibleArchitectures: [Architecture.ARM_64],
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
