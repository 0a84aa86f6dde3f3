import type { Engine } from "../docker/engine.js";
import type { ProgressEvent } from "../progress/event.js";
import type { LockRequest } from "../workspace/lock-file.js";

/** Where and how a campaign is carried out; none of it changes what is measured. */
export interface CampaignSetting extends LockRequest {
  /** Folder that paths are relative to and that `.vivarium` is kept in; default: the current one. */
  readonly folder?: string | undefined;
  /** Address of the engine, as docker's `--host`; default: as docker itself would choose. */
  readonly host?: string | undefined;
  /** Name of a docker context. */
  readonly context?: string | undefined;
  /** Gives an engine in place of `host` and `context`, once the request is known to be right; who gives it closes it. */
  readonly connect?: (() => Promise<Engine>) | undefined;
  /** Further engines, as `host`: attempts are spread over all of them. */
  readonly furtherHosts?: readonly string[] | undefined;
  /** Gives further engines in place of `furtherHosts`; who gives them closes them. */
  readonly connectOthers?: (() => Promise<readonly Engine[]>) | undefined;
  /** Makes attempts on the nodes of the swarm that the engine is a manager of; their images go through this registry. */
  readonly swarm?: { readonly registry: string | undefined } | undefined;
  /** Where base images come from; default `auto`: a cached one, else the registry, else made here. */
  readonly base?: "auto" | "registry" | "bootstrap" | undefined;
  /** Platform of the images, such as `linux/amd64`; default: the engine's own. */
  readonly platform?: string | undefined;
  /** Address of the snapshot archive, for catalogue entries with a stamp. */
  readonly snapshot?: string | undefined;
  /** File with the keys that sign that archive; default: those that this machine trusts. */
  readonly keyring?: string | undefined;
  /** Told of every step and of where the attempts stand. */
  readonly onProgress?: ((event: ProgressEvent) => void) | undefined;
  /** Ends the campaign and keeps what was done: the result is then partial, its `complete` false. */
  readonly signal?: AbortSignal | undefined;
}
