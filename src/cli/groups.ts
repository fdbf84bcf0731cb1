import type { Command } from 'commander';
import type { Context } from './context.ts';

/** Commands that are loaded together. */
export interface Group {
  /** The words after `kabegami` that lead to one of them. */
  readonly names: readonly string[];
  add(program: Command, context: Context): Promise<void>;
}

/**
 * Every command, in the order of the help. While the desktop program runs, most of the time a command takes is its own start: only the group that is asked
 * for is loaded.
 */
export const groups: readonly Group[] = [
  {
    names: ['providers', 'categories', 'tags', 'browse', 'image', 'download'],
    add: async (program, context) => (await import('./commands/browse.ts')).addBrowseCommands(program, context),
  },
  {
    names: ['wallpaper', 'displays'],
    add: async (program, context) => (await import('./commands/wallpaper.ts')).addWallpaperCommands(program, context),
  },
  {
    names: ['rotation'],
    add: async (program, context) => (await import('./commands/rotation.ts')).addRotationCommands(program, context),
  },
  {
    names: ['pools'],
    add: async (program, context) => (await import('./commands/pools.ts')).addPoolCommands(program, context),
  },
  {
    names: ['block'],
    add: async (program, context) => (await import('./commands/block.ts')).addBlockCommands(program, context),
  },
  {
    names: ['favorites'],
    add: async (program, context) => (await import('./commands/favorites.ts')).addFavoriteCommands(program, context),
  },
  {
    names: ['collections', 'note'],
    add: async (program, context) =>
      (await import('./commands/collections.ts')).addCollectionCommands(program, context),
  },
  {
    names: ['edits'],
    add: async (program, context) => (await import('./commands/edits.ts')).addEditCommands(program, context),
  },
  {
    names: ['status', 'library', 'duplicates', 'searches'],
    async add(program, context) {
      const [{ addLibraryCommands }, { addDuplicateCommands }, { addSearchCommands }] = await Promise.all([
        import('./commands/library.ts'),
        import('./commands/duplicates.ts'),
        import('./commands/search.ts'),
      ]);
      const library = addLibraryCommands(program, context);
      addDuplicateCommands(program, library, context);
      addSearchCommands(program, library, context);
    },
  },
  {
    names: ['backup'],
    add: async (program, context) => (await import('./commands/backup.ts')).addBackupCommands(program, context),
  },
  {
    names: ['export', 'import'],
    add: async (program, context) => (await import('./commands/transfer.ts')).addTransferCommands(program, context),
  },
  {
    names: ['folders'],
    add: async (program, context) => (await import('./commands/folders.ts')).addFolderCommands(program, context),
  },
  {
    names: ['settings'],
    add: async (program, context) => (await import('./commands/settings.ts')).addSettingsCommands(program, context),
  },
  {
    names: ['account'],
    add: async (program, context) => (await import('./commands/account.ts')).addAccountCommands(program, context),
  },
  {
    names: ['serve', 'demo'],
    add: async (program, context) => (await import('./commands/serve.ts')).addServeCommands(program, context),
  },
];

/** The groups that a command line needs: its own, or all where it asks for help or for nothing that is known. */
export function groupsFor(args: readonly string[]): readonly Group[] {
  const word = args.find((arg) => !arg.startsWith('-'));
  const own = groups.filter(({ names }) => word !== undefined && names.includes(word));
  return own.length > 0 ? own : groups;
}
