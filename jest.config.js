export default {
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testTimeout: 120_000,
  // Tests wait for processes and servers as much as they compute.
  maxWorkers: '100%',
};
