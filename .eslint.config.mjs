import hooks from 'eslint-plugin-react-hooks';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['dist/**', 'lib/**', 'node_modules/**', '.cache/**', 'test-results/**', 'playwright-report/**'] },
  ...ts.configs.recommended,
  // With type information for whatever a tsconfig.json holds; scripts and configurations in plain JavaScript have none.
  {
    files: ['src/**/*.{ts,tsx}', 'e2e/**/*.ts'],
    extends: [ts.configs.recommendedTypeCheckedOnly],
    languageOptions: {
      parserOptions: {
        project: ['src/tsconfig.json', 'src/cli/tsconfig.json', 'src/ui/tsconfig.json', 'e2e/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // An async function without await turns what it throws into a rejection, and its callers count on that.
      '@typescript-eslint/require-await': 'off',
      // What is taken out of its object here are functions of tables and records, which know no `this` and are written as methods for short.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  // What vitest's expect.any() and its like stand for is of any type.
  { files: ['src/**/*.test.ts'], rules: { '@typescript-eslint/no-unsafe-assignment': 'off' } },
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  // A test that draws other numbers each time fails once in a while.
  { files: ['src/**/*.test.ts', 'src/testing/**', 'e2e/**'], rules: { 'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'Draw from a seed (adapters/init.ts, testing/checkOp.ts).' }] } },
  { files: ['src/ui/**/*.{ts,tsx}'], plugins: { 'react-hooks': hooks }, rules: { ...hooks.configs.recommended.rules } },
);
