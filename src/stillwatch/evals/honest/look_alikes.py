"""Lists honest accounts that come in, change or ask as some campaigns do."""

from __future__ import annotations

from functools import partial

from stillwatch.evals.cast import Circumstances
from stillwatch.evals.honest import people, products
from stillwatch.evals.honest.changing import cheaper, migrated, workbench
from stillwatch.evals.honest.firms import BATCH, SERVICE, firm, makes, team
from stillwatch.evals.honest.persona import Habit, Persona
from stillwatch.evals.honest.products import Product, write_product

_SEAT = {"subscription": 1.0}
_SAAS = partial(
    write_product,
    product=Product(
        templates=("saas_template", "rag_template"), inputs=("ticket", "notes", "know_item")
    ),
)

LOOK_ALIKES: tuple[Persona, ...] = (
    Persona(
        name="prompt_workbench",
        share=0.008,
        facts=firm("people", clients=2, client="mixed", tinkering=0.3),
        habit=Habit(median=4, sigma=1.0, turns=6, pause=40, most=120),
        write=workbench,
    ),
    makes(
        "study_notes",
        0.006,
        firm("serverless", use={"education": 0.6, "product": 0.4}),
        SERVICE,
        templates=("invert_template",),
        inputs=("math_item", "question"),
        output=380,
        talking=0.1,
    ),
    makes(
        "model_comparison",
        0.006,
        team(1, 6, use={"evaluation": 0.7, "": 0.3}),
        BATCH,
        templates=("third_judge_template",),
        inputs=("ticket", "question", "task"),
        output=60,
        dealt=True,
        repeats=3,
        cold=0.7,
    ),
    makes(
        "one_word_service",
        0.006,
        firm(),
        SERVICE,
        templates=("word_template", "label_template"),
        inputs=("sentences", "ticket", "review_text"),
        output=2,
        cold=0.7,
        ceiling=(4, 8, 16),
    ),
    makes(
        "ml_lab",
        0.006,
        team(
            2,
            9,
            "office",
            plan={"research": 0.5, "api": 0.5},
            use={"research": 0.6, "": 0.4},
        ),
        Habit(median=6, sigma=1.0, turns=4, pause=45, spread=4, weekend=0.4),
        templates=("lab_template",),
        inputs=("lab_item",),
        output=700,
        variants=3,
        talking=0.35,
    ),
    Persona(
        name="shift_team",
        share=0.006,
        facts=Circumstances(
            group=(4, 14),
            organization=True,
            card_of=0,
            device_of=0,
            place="office",
            mail="group",
            clients=4,
            plan=_SEAT,
            path=_SEAT,
            age_days=300,
        ),
        habit=Habit(median=26, sigma=0.6, turns=2.2, spread=14, weekend=1.0, noise=0.4, most=120),
        write=people.office,
    ),
    Persona(
        name="harness_subscriber",
        share=0.008,
        facts=Circumstances(client="harness", clients=2, plan=_SEAT, path=_SEAT, cardless=0.1),
        habit=Habit(median=18, sigma=0.9, turns=9, pause=15, spread=5, weekend=0.7, most=250),
        write=products.fleet,
    ),
    makes(
        "course_material",
        0.005,
        team(2, 8, "campus", plan={"education": 1.0}, use={"education": 1.0}, cardless=0.8),
        BATCH,
        templates=("write_task_template", "judge_template"),
        inputs=("task_topic",),
        output=700,
        dealt=True,
        variants=2,
    ),
    Persona(
        name="client_migration",
        share=0.01,
        facts=team(1, 5, age_days=420, newcomers=0.02),
        habit=SERVICE,
        write=migrated(_SAAS, "cloud"),
    ),
    Persona(
        name="account_handover",
        share=0.006,
        facts=firm("people", plan={"research": 0.8, "api": 0.2}, age_days=420, newcomers=0.02),
        habit=Habit(median=5, sigma=1.0, turns=5, most=150),
        write=migrated(people.developer, "campus"),
    ),
    Persona(
        name="cost_cutter",
        share=0.006,
        facts=team(1, 4),
        habit=SERVICE,
        write=cheaper(_SAAS),
    ),
    Persona(
        name="market_customer",
        share=0.015,
        facts=firm(
            "market", plan={"cloud": 1.0}, path={"cloud:alto": 1.0}, stripped=True, cardless=0.95
        ),
        habit=SERVICE,
        write=_SAAS,
    ),
    Persona(
        name="router_customer",
        share=0.015,
        facts=firm(
            "router",
            plan={"api": 1.0},
            path={"aggregator:crossroad": 1.0},
            stripped=True,
            cardless=0.6,
            mail="consumer",
        ),
        habit=Habit(median=3, sigma=1.2, turns=3, most=150),
        write=people.starters,
    ),
    Persona(
        name="access_company",
        share=0.005,
        facts=team(
            5,
            20,
            "rack",
            client="gateway",
            clients=2,
            verified={"business": 0.8, "card": 0.2},
            use={"reseller": 0.5, "product": 0.5},
        ),
        habit=Habit(median=22, sigma=0.6, turns=2.6, pause=40, spread=9, weekend=0.9, noise=0.4),
        write=products.tenants,
        role="reseller",
    ),
)
