import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';

/** A Slurm of one node, as root on this machine (Debian's slurm-wlm and munge). */
export interface Cluster {
  /** Environment of its commands. */
  env: NodeJS.ProcessEnv;
  run(program: string, ...args: string[]): string;
  end(): Promise<void>;
}

/** Reason why there can be none here; empty where there can. */
export const noSlurm: string = process.getuid?.() !== 0 ? 'it runs as root alone' : ['slurmctld', 'slurmd', 'munged'].filter((name) => spawnSync('which', [name], { env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } }).status !== 0).map((name) => `there is no ${name}`).join(', ');

/** Starts one whose files lie in this folder, with so many slots for tasks. */
export async function startSlurm(folder: string, slots: number): Promise<Cluster> {
  const at = (name: string) => join(folder, name);
  for (const name of ['state', 'spool', 'munge']) mkdirSync(at(name), { recursive: true, mode: 0o755 });
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin`, SLURM_CONF: at('slurm.conf') };
  writeFileSync(at('munge/key'), Buffer.alloc(128, 7), { mode: 0o600 });
  const node = hostname();
  // What waits to be requeued waits as long as its credentials hold.
  writeFileSync(at('slurm.conf'), `ClusterName=test
SlurmctldHost=${node}(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=${at('munge/socket')},cred_expire=5
CredType=cred/munge
SlurmctldPort=26817
SlurmdPort=26818
StateSaveLocation=${at('state')}
SlurmdSpoolDir=${at('spool')}
SlurmctldPidFile=${at('ctld.pid')}
SlurmdPidFile=${at('d.pid')}
SlurmctldLogFile=${at('ctld.log')}
SlurmdLogFile=${at('d.log')}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SchedulerParameters=sched_interval=2,bf_interval=2
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
ReturnToService=2
MpiDefault=none
KillWait=20
NodeName=${node} NodeAddr=127.0.0.1 CPUs=${slots} State=UNKNOWN
PartitionName=all Nodes=${node} Default=YES MaxTime=INFINITE State=UP
`);
  writeFileSync(at('cgroup.conf'), 'CgroupPlugin=disabled\n');
  const started: ChildProcess[] = [];
  const log = openSync(at('daemons.log'), 'a');
  const start = (program: string, ...args: string[]) => started.push(spawn(program, args, { env, stdio: ['ignore', log, log] }));
  start('munged', '--foreground', '--force', `--socket=${at('munge/socket')}`, `--key-file=${at('munge/key')}`, `--pid-file=${at('munge/pid')}`, `--log-file=${at('munge/log')}`, `--seed-file=${at('munge/seed')}`);
  await after(1000);
  start('slurmctld', '-D');
  start('slurmd', '-D', '-N', node);
  const run = (program: string, ...args: string[]): string => execFileSync(program, args, { env, encoding: 'utf8' });
  const end = async (): Promise<void> => {
    spawnSync('scancel', ['--user=root'], { env });
    // Its tasks go with it.
    for (let tries = 0; tries < 60 && spawnSync('squeue', ['--noheader'], { env, encoding: 'utf8' }).stdout.trim() !== ''; tries++) await after(500);
    for (const child of started.toReversed()) {
      child.kill('SIGTERM');
      await Promise.race([new Promise((done) => child.once('exit', done)), after(5000)]);
      child.kill('SIGKILL');
    }
    closeSync(log);
  };
  for (let tries = 0; tries < 60; tries++) {
    if (/idle/.test(spawnSync('sinfo', ['--noheader', '--format=%t'], { env, encoding: 'utf8' }).stdout)) return { env, run, end };
    await after(500);
  }
  await end();
  throw new Error(`Slurm has not come up; see ${folder}`);
}
