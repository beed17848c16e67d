import type { MigrationInterface, QueryRunner } from 'typeorm'

export class Tables1763700000000 implements MigrationInterface {
  name = 'Tables1763700000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE models (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        tenant_id uuid,
        name text NOT NULL,
        description text,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT models_tenant_name UNIQUE NULLS NOT DISTINCT (tenant_id, name)
      )`)
    await runner.query(`
      CREATE TABLE model_versions (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        model_id uuid NOT NULL REFERENCES models ON DELETE RESTRICT,
        tag text NOT NULL,
        status text NOT NULL DEFAULT 'REGISTERED'
          CHECK (status IN ('REGISTERED', 'RETRIEVING', 'READY', 'FAILED')),
        source_uri text NOT NULL,
        source_sha256 text,
        source_size bigint,
        object_path text,
        object_size bigint,
        object_sha256 text,
        metadata jsonb,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT model_versions_tag UNIQUE (model_id, tag),
        CHECK (status <> 'READY' OR num_nonnulls(object_path, object_size, object_sha256) = 3)
      )`)
    await runner.query('CREATE INDEX model_versions_newest ON model_versions (model_id, created_at DESC)')
    await runner.query('CREATE INDEX model_versions_object ON model_versions (object_sha256)')
    await runner.query(`
      CREATE TABLE retrievals (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        version_id uuid NOT NULL REFERENCES model_versions ON DELETE CASCADE,
        status text NOT NULL DEFAULT 'PENDING'
          CHECK (status IN ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED')),
        steps jsonb NOT NULL,
        bytes_received bigint NOT NULL DEFAULT 0,
        bytes_total bigint,
        error text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()
      )`)
    await runner.query('CREATE INDEX retrievals_newest ON retrievals (version_id, created_at DESC)')
    await runner.query(`
      CREATE UNIQUE INDEX retrievals_one_at_a_time ON retrievals (version_id)
      WHERE status IN ('PENDING', 'RUNNING')`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE retrievals, model_versions, models')
  }
}
