export { keyBasedFolder, keyBasedPath } from './paths.ts';
