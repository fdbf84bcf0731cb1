import type { Migration } from './index.ts';

/**
 * Pictures that stay in their folders are compared like any other: a signature is of a content, whether the library has its file or reads it where it lies, and goes when
 * neither is so any more.
 */
export const signaturesOfReferences: Migration = {
  version: 12,
  name: 'signatures-of-references',
  sql: `
    CREATE TABLE signature_of_content (
      key INTEGER PRIMARY KEY,
      file_hash TEXT NOT NULL UNIQUE,       -- sha256 of the content
      version INTEGER NOT NULL,
      value TEXT NOT NULL,                  -- signed bytes as hex digits; empty: the file cannot be read
      compared INTEGER NOT NULL DEFAULT 0 CHECK (compared IN (0, 1))
    ) STRICT;
    INSERT INTO signature_of_content (key, file_hash, version, value, compared)
      SELECT key, file_hash, version, value, compared FROM signature;
    DROP TABLE signature;
    ALTER TABLE signature_of_content RENAME TO signature;
    CREATE INDEX signature_to_compare ON signature (key) WHERE compared = 0;

    CREATE TRIGGER signature_file_gone AFTER DELETE ON file
    WHEN NOT EXISTS (SELECT 1 FROM local_image WHERE hash = old.hash) BEGIN
      DELETE FROM signature WHERE file_hash = old.hash;
    END;
    CREATE TRIGGER signature_local_gone AFTER DELETE ON local_image
    WHEN NOT EXISTS (SELECT 1 FROM file WHERE hash = old.hash) BEGIN
      DELETE FROM signature WHERE file_hash = old.hash;
    END;
    CREATE TRIGGER signature_local_changed AFTER UPDATE OF hash ON local_image
    WHEN old.hash <> new.hash AND NOT EXISTS (SELECT 1 FROM file WHERE hash = old.hash) BEGIN
      DELETE FROM signature WHERE file_hash = old.hash;
    END;
  `,
};
