"""Lists every kind of campaign: what it sends, and how it differs from a usual account farm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stillwatch.evals.honest import products
from stillwatch.evals.hostile import access, agents, optimisation, reasoning, supervision
from stillwatch.evals.hostile.work import Kind
from stillwatch.evals.scene import Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One kind of campaign; what is not said is that of a usual farm."""

    write: Kind
    technique: str  # id of the technique's card
    facts: Mapping[str, Any] = field(default_factory=dict)  # circumstances that the method needs
    client: str = "sdk"  # of those who do not hide it
    in_sessions: bool = False
    in_step: bool = False  # with a training loop, at every care
    on_release: bool = False  # goes where the new model is
    round_the_clock: bool = False
    pace: float = 1.0  # requests of an account, of what is usual
    banned_share: float | None = None
    banned_together: bool = False
    cover: Writer | None = None  # who else sends through the accounts
    cover_share: tuple[float, float] | None = None  # of requests, at every care
    has_owners: bool = False  # accounts are other people's, who go on using them
    role: str | None = None


_TENANTS: dict[str, Any] = {
    "cover": products.tenants,
    "cover_share": (0.5, 0.85),
    "role": "mixed",
    "pace": 1.5,
}
_POOLED = {
    "place": "tunnel",
    "client": "mixed",
    "clients": 8,
    "card_of": 4,
    "device_of": 3,
    "plan": {"subscription": 0.6, "api": 0.4},
    "path": {"subscription": 0.6, "api": 0.4},
}
_SEATS = {
    "client": "mixed",
    "clients": 5,
    "plan": {"subscription": 1.0},
    "path": {"subscription": 1.0},
}
_PROGRAMMES = {
    "plan": {"education": 0.45, "startup_credit": 0.35, "research": 0.2},
    "use": {"education": 0.4, "research": 0.3, "": 0.3},
    "path": {"api": 1.0},
    "mail": "own",
    "cardless": 0.8,
}
_OWNERS = {
    "card_of": 1,
    "device_of": 1,
    "cardless": 0.1,
    "place": "people",
    "client": "mixed",
    "same_client": False,
    "same_profile": False,
    "clients": 1,
    "mail": "own",
    "plan": {"api": 0.9, "startup_credit": 0.1},
    "path": {"api": 1.0},
    "age_days": 400.0,
    "newcomers": 0.0,
}
_MARKET = {
    "place": "market",
    "plan": {"cloud": 1.0},
    "path": {"cloud:alto": 1.0},
    "stripped": True,
    "cardless": 0.95,
}
_ROUTER = {
    "place": "router",
    "plan": {"api": 1.0},
    "path": {"aggregator:crossroad": 1.0},
    "stripped": True,
    "cardless": 0.6,
}
_SHELL = {
    "organization": True,
    "card_of": 0,
    "device_of": 6,
    "mail": "group",
    "place": "rack",
    "client": "gateway",
    "clients": 2,
    "plan": {"api": 0.8, "cloud": 0.2},
    "path": {"api": 1.0},
    "use": {"reseller": 0.4, "product": 0.4, "": 0.2},
    "verified": {"business": 0.8, "card": 0.2},
}

KINDS: Mapping[str, Way] = {
    "forced_reasoning": Way(write=reasoning.forced_reasoning, technique="AD-001"),
    "reasoning_reconstruction": Way(write=reasoning.reasoning_reconstruction, technique="AD-002"),
    "language_coercion": Way(write=reasoning.language_coercion, technique="AD-003"),
    "privilege_spoof": Way(write=reasoning.privilege_spoof, technique="AD-005"),
    "memory_laundering": Way(write=reasoning.memory_laundering, technique="AD-006"),
    "block_replay": Way(write=reasoning.block_replay, technique="AD-007", in_sessions=True),
    "tool_channel_leak": Way(write=reasoning.tool_channel_leak, technique="AD-008"),
    "technique_sweep": Way(write=reasoning.technique_sweep, technique="AD-011"),
    "rubric_reward": Way(write=supervision.rubric_reward, technique="AD-012"),
    "preference_pairs": Way(write=supervision.preference_pairs, technique="AD-013"),
    "trace_cleaning": Way(write=supervision.trace_cleaning, technique="AD-014"),
    "instruction_generation": Way(write=supervision.instruction_generation, technique="AD-015"),
    "task_writing": Way(write=supervision.task_writing, technique="AD-016"),
    "benchmark_sweep": Way(write=supervision.benchmark_sweep, technique="AD-017"),
    "sensitive_rewrite": Way(write=supervision.sensitive_rewrite, technique="AD-018"),
    "domain_sweep": Way(write=supervision.domain_sweep, technique="AD-019"),
    "language_mirroring": Way(write=supervision.language_mirroring, technique="AD-020"),
    "vision_harvest": Way(write=agents.vision_harvest, technique="AD-021"),
    "agent_trajectories": Way(
        write=agents.agent_trajectories, technique="AD-023", client="harness", in_sessions=True
    ),
    "tool_schema_sweep": Way(write=agents.tool_schema_sweep, technique="AD-024"),
    "computer_use": Way(write=agents.computer_use, technique="AD-025", in_sessions=True),
    "session_replay": Way(write=agents.session_replay, technique="AD-026"),
    "environment_rebuild": Way(write=agents.environment_rebuild, technique="AD-027"),
    "silent_relay": Way(
        write=agents.silent_relay, technique="AD-028", in_sessions=True, role="relay"
    ),
    "harness_identity": Way(
        write=agents.harness_identity, technique="AD-029", client="harness", in_sessions=True
    ),
    "on_policy": Way(write=optimisation.on_policy, technique="AD-030", in_step=True),
    "logprob_extraction": Way(write=optimisation.logprob_extraction, technique="AD-031"),
    "account_farm": Way(
        write=optimisation.account_farm, technique="AD-034", banned_share=0.5, banned_together=True
    ),
    "release_pivot": Way(write=optimisation.release_pivot, technique="AD-043", on_release=True),
    "safeguard_arbitrage": Way(write=optimisation.safeguard_arbitrage, technique="AD-044"),
    "context_editing": Way(write=reasoning.context_editing, technique="AD-009", in_sessions=True),
    "trace_inversion": Way(write=reasoning.trace_inversion, technique="AD-010"),
    "third_party_judge": Way(write=supervision.third_party_judge, technique="AD-022"),
    "taskless_shadow": Way(write=optimisation.taskless_shadow, technique="AD-032"),
    "research_use": Way(write=optimisation.research_use, technique="AD-033"),
    "transfer_station": Way(
        write=access.pooled_harvest, technique="AD-035", facts=_POOLED, **_TENANTS
    ),
    "shared_seats": Way(
        write=access.pooled_harvest,
        technique="AD-036",
        facts=_SEATS,
        round_the_clock=True,
        pace=3.0,
    ),
    "programme_abuse": Way(write=access.programme_harvest, technique="AD-037", facts=_PROGRAMMES),
    "stolen_keys": Way(
        write=access.stolen_keys,
        technique="AD-038",
        facts=_OWNERS,
        has_owners=True,
        cover_share=(0.25, 0.5),
        role="mixed",
    ),
    "cloud_path": Way(write=access.pooled_harvest, technique="AD-039", facts=_MARKET),
    "aggregator_path": Way(write=access.pooled_harvest, technique="AD-040", facts=_ROUTER),
    "shell_reseller": Way(
        write=access.pooled_harvest, technique="AD-041", facts=_SHELL, **_TENANTS
    ),
}
