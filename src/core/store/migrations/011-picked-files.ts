import type { Migration } from './index.ts';

/** Single files of folders whose other files are none of the library's business: what was dragged onto the window, one by one. */
export const pickedFiles: Migration = {
  version: 11,
  name: 'picked-files',
  sql: `
    -- Only files that were chosen one by one are in it, whatever else lies there.
    ALTER TABLE folder ADD COLUMN picked INTEGER NOT NULL DEFAULT 0 CHECK (picked IN (0, 1));
    -- What its owner said of the file when choosing it; its sidecar's word (said) comes first, the folder's last.
    ALTER TABLE folder_file ADD COLUMN told TEXT CHECK (told IN ('safe', 'adult'));
  `,
};
