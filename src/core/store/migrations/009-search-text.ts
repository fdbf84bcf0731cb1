import type { Migration } from './index.ts';

const text = (row: 'new' | 'image'): string => `
  ${row}.key, ifnull(${row}.title, ''), ifnull((SELECT note FROM image_note WHERE image_id = ${row}.id), ''),
  ifnull((SELECT group_concat(CASE instr(substr(value, 9), '/') WHEN 0 THEN '' ELSE substr(value, 9 + instr(substr(value, 9), '/')) END, ' | ')
          FROM json_each(${row}.sources)), '')`;

/**
 * An image's words are taken out before its new ones are put in: where a statement says itself what to do on a conflict (as the upsert of images does), that
 * goes for its triggers too, and their own OR REPLACE is not heard. What was left over so far goes.
 */
export const searchText: Migration = {
  version: 9,
  name: 'search-text',
  sql: `
    DROP TABLE search_text;
    CREATE VIRTUAL TABLE search_text USING fts5 (
      title, note, source, content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
    );
    INSERT INTO search_text (rowid, title, note, source) SELECT ${text('image')} FROM image;

    DROP TRIGGER search_text_change;
    CREATE TRIGGER search_text_change AFTER UPDATE OF sources, title ON image
    WHEN (new.sources, new.title) IS NOT (old.sources, old.title) BEGIN
      DELETE FROM search_text WHERE rowid = new.key;
      INSERT INTO search_text (rowid, title, note, source) VALUES (${text('new')});
      UPDATE search_total SET revision = revision + 1;
    END;
    ${(['INSERT', 'UPDATE', 'DELETE'] as const)
      .map((deed) => {
        const name = `search_note_${deed.toLowerCase()}`;
        const row = deed === 'DELETE' ? 'old' : 'new';
        return `
    DROP TRIGGER ${name};
    CREATE TRIGGER ${name} AFTER ${deed} ON image_note BEGIN
      DELETE FROM search_text WHERE rowid = (SELECT key FROM image WHERE id = ${row}.image_id);
      INSERT INTO search_text (rowid, title, note, source) SELECT ${text('image')} FROM image WHERE id = ${row}.image_id;
      UPDATE search_total SET revision = revision + 1;
    END;`;
      })
      .join('')}
  `,
};
