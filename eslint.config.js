import js from '@eslint/js';
import boundaries from 'eslint-plugin-boundaries';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** Which element may import which, besides itself. The arrows of ARCHITECTURE.md; whatever is not listed is refused. */
const mayImport = {
  shared: [],
  'core-base': ['shared', 'core-base', 'core-files'],
  'core-top': ['shared', 'core-base', 'core-top', 'core-providers', 'core-store', 'core-files', 'core-service'],
  'core-providers': ['shared', 'core-base'],
  'core-store': ['shared', 'core-base'],
  'core-files': ['shared', 'core-base'],
  'core-service': ['shared', 'core-base', 'core-providers', 'core-store', 'core-files', 'core-service'],
  main: ['shared', 'core-base', 'core-top', 'core-providers', 'core-store', 'core-files', 'core-service'],
  web: ['shared', 'core-base', 'core-top', 'core-providers', 'core-store', 'core-files', 'core-service'],
  cli: ['shared', 'core-base', 'core-top', 'core-providers', 'core-store', 'core-files', 'core-service'],
  preload: ['shared'],
  renderer: ['shared'],
};

/** Only these folders may touch these packages: SQL stays in the store, Electron in the desktop host, image codecs with the files. */
const packageHomes = [
  { name: 'electron', homes: ['src/main', 'src/preload'] },
  { name: 'better-sqlite3', homes: ['src/core/store'] },
  { name: 'libsql', homes: ['src/core/store'] },
  { name: '@napi-rs/canvas', homes: ['src/core/files'] },
  { name: 'wallpaper', homes: ['src/core/wallpaper'] },
];

const tests = ['**/*.test.ts', '**/*.spec.ts', '**/test/**', '**/testing/**', 'e2e/**', 'bench/**'];

export default tseslint.config(
  { ignores: ['out/', '.cache/', 'node_modules/', 'coverage/', 'test-results/', 'playwright-report/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  js.configs.recommended,
  tseslint.configs.strict,
  svelte.configs.recommended,

  {
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
        {
          selector: 'VariableDeclarator[id.name="require"]',
          message: 'electron-vite declares a `require` of its own in the bundle: take another name.',
        },
        { selector: 'ExportDefaultDeclaration', message: 'Use a named export.' },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'prefer-const': 'error',
    },
  },

  // Rules that need types, where they earn their time: forgotten promises lose errors.
  {
    files: ['src/**/*.ts', 'e2e/**/*.ts', 'scripts/**/*.ts', 'bench/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { arguments: false, attributes: false } },
      ],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
    },
  },

  // Who may know whom.
  {
    files: ['src/**/*.{ts,svelte}'],
    ignores: tests,
    plugins: { boundaries },
    settings: {
      'import/resolver': { node: { extensions: ['.ts', '.svelte'] } },
      'boundaries/include': ['src/**/*'],
      'boundaries/files': [
        { category: 'shared', pattern: 'src/shared/**' },
        { category: 'core-providers', pattern: 'src/core/providers/**' },
        { category: 'core-store', pattern: 'src/core/store/**' },
        { category: 'core-files', pattern: 'src/core/files/**' },
        { category: 'core-service', pattern: 'src/core/!(providers|store|files)/**/*.ts' },
        { category: 'core-top', pattern: 'src/core/{core,handlers,reopening-core}.ts' },
        { category: 'core-base', pattern: 'src/core/{ports,events,dispatch,serve-channel,private-files,names-in}.ts' },
        {
          category: 'core-service',
          pattern:
            'src/core/!(core|handlers|reopening-core|ports|events|dispatch|serve-channel|private-files|names-in).ts',
        },
        ...['main', 'web', 'cli', 'preload', 'renderer'].map((host) => ({ category: host, pattern: `src/${host}/**` })),
      ],
    },
    rules: {
      'boundaries/no-unknown-files': 'error',
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: Object.entries(mayImport).map(([category, others]) => ({
            from: { file: { categories: category } },
            allow: { to: { file: { categories: { anyOf: [...others, category] } } } },
          })),
        },
      ],
    },
  },
  {
    files: ['src/**/*.{ts,svelte}'],
    rules: {
      'no-restricted-imports': ['error', { paths: packageHomes.map(({ name }) => ({ name, message: home(name) })) }],
    },
  },
  ...[...new Set(packageHomes.flatMap(({ homes }) => homes))].map((folder) => ({
    files: [`${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: packageHomes
            .filter(({ homes }) => !homes.includes(folder))
            .map(({ name }) => ({ name, message: home(name) })),
        },
      ],
    },
  })),

  // The browser side: no Node.
  {
    files: ['src/renderer/**/*.{ts,svelte}'],
    languageOptions: { globals: globals.browser },
    rules: { 'no-restricted-globals': ['error', 'process', 'Buffer', 'require', '__dirname', 'global'] },
  },
  {
    files: ['src/renderer/**/*.{ts,svelte}'],
    ignores: tests,
    rules: {
      // What the page reads at its start holds it up: schemas, and zod with them, stay with those who parse.
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '/shared/(model|contract|rotation|storage|client-message)\\.ts$',
              allowTypeImports: true,
              message: 'The page knows the types alone: what it imports from a schema file brings zod into it.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts', '**/*.svelte.js'],
    languageOptions: { parserOptions: { parser: tseslint.parser, extraFileExtensions: ['.svelte'] } },
  },
  {
    files: ['src/renderer/**/*.{ts,svelte}'],
    rules: {
      // Text from services is never markup.
      'svelte/no-at-html-tags': 'error',
      'svelte/no-target-blank': 'error',
      'svelte/button-has-type': 'error',
      // Destructured props may be bound from outside.
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { excludedRunes: ['$props', '$derived'] }],
      // State classes keep plain maps on purpose and announce a change once for many entries.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },

  // The Node side.
  {
    files: ['src/{core,main,web,cli,shared,preload}/**/*.ts', 'scripts/**', 'e2e/**', 'bench/**', '*.{js,ts}'],
    languageOptions: { globals: globals.node },
  },
  // The terminal is where these speak.
  { files: ['src/cli/**', 'scripts/**', 'bench/**', 'e2e/**'], rules: { 'no-console': 'off' } },
  // A configuration is a default export.
  {
    files: ['**/*.config.{js,ts}', '**/*.d.ts', 'scripts/lib/*-reporter.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: tests,
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Playwright's fixtures are written `async ({}, use) =>`.
      'no-empty-pattern': 'off',
    },
  },
);

function home(name) {
  const { homes } = packageHomes.find((entry) => entry.name === name);
  return `${name} is for ${homes.join(' and ')} alone.`;
}
