import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Uploads, cancelled retrievals, and what tells one content of a source from another. */
export class Uploads1764700000000 implements MigrationInterface {
  name = 'Uploads1764700000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE models ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now()')
    await runner.query('ALTER TABLE retrievals DROP CONSTRAINT retrievals_status_check')
    await runner.query(`
      ALTER TABLE retrievals
        ADD COLUMN content text,
        ADD COLUMN finished_at timestamptz,
        ADD CONSTRAINT retrievals_status_check
          CHECK (status IN ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'))`)
    await runner.query(
      `UPDATE retrievals SET finished_at = updated_at WHERE status IN ('SUCCEEDED', 'FAILED')`,
    )
    await runner.query(`
      CREATE INDEX retrievals_content ON retrievals (content) WHERE content IS NOT NULL`)
    await runner.query(`
      CREATE TABLE uploads (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        version_id uuid NOT NULL UNIQUE REFERENCES model_versions ON DELETE CASCADE,
        file_name text NOT NULL,
        size_bytes bigint NOT NULL CHECK (size_bytes > 0),
        part_bytes bigint NOT NULL CHECK (part_bytes > 0),
        object_key text NOT NULL,
        store_upload_id text,
        completed_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE uploads')
    await runner.query(`UPDATE retrievals SET status = 'FAILED' WHERE status = 'CANCELLED'`)
    await runner.query('ALTER TABLE retrievals DROP CONSTRAINT retrievals_status_check')
    await runner.query(`
      ALTER TABLE retrievals DROP COLUMN content, DROP COLUMN finished_at, ADD CONSTRAINT retrievals_status_check
        CHECK (status IN ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED'))`)
    await runner.query('ALTER TABLE models DROP COLUMN updated_at')
  }
}
