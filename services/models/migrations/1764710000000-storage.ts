import type { MigrationInterface, QueryRunner } from 'typeorm'

/** The names of tenants, by which they have limits, and versions that are about to be taken away. */
export class Storage1764710000000 implements MigrationInterface {
  name = 'Storage1764710000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL)')
    await runner.query('ALTER TABLE model_versions ADD COLUMN withdrawn_at timestamptz')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE model_versions DROP COLUMN withdrawn_at')
    await runner.query('DROP TABLE tenants')
  }
}
