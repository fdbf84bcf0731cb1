import type { Database } from '../driver.ts';
import { library } from './001-library.ts';
import { favorites } from './002-favorites.ts';
import { rotation } from './003-rotation.ts';
import { edits } from './004-edits.ts';
import { search } from './005-search.ts';
import { disk } from './006-disk.ts';
import { duplicates } from './007-duplicates.ts';
import { folders } from './008-folders.ts';
import { searchText } from './009-search-text.ts';
import { searchColors } from './010-search-colors.ts';
import { pickedFiles } from './011-picked-files.ts';
import { signaturesOfReferences } from './012-signatures-of-references.ts';
import { finerColors } from './013-finer-colors.ts';
import { bagRounds } from './014-bag-rounds.ts';
import { referenceThumbnails } from './015-reference-thumbnails.ts';
import { cachedRules } from './016-cached-rules.ts';

/** One step of the schema. It runs once, in a transaction, after a backup. A published migration is never changed: add another. */
export interface Migration {
  /** The database's `user_version` after it. */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** What SQL alone cannot do, after it and in the same transaction. */
  readonly after?: (db: Database) => void;
}

/** In order, numbered from 1 without gaps. */
export const migrations: readonly Migration[] = [
  library,
  favorites,
  rotation,
  edits,
  search,
  disk,
  duplicates,
  folders,
  searchText,
  searchColors,
  pickedFiles,
  signaturesOfReferences,
  finerColors,
  bagRounds,
  referenceThumbnails,
  cachedRules,
];
