import { App } from 'aws-cdk-lib';
import { backboneApp } from '../lib/backbone-app.ts';

const app = new App();
backboneApp(app);
