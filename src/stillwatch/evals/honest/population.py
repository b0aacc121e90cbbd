"""Lists the people of the honest population: how many, how busy, what they share."""

from __future__ import annotations

from stillwatch.evals.cast import Circumstances
from stillwatch.evals.honest import people
from stillwatch.evals.honest.persona import Habit, Persona

_HOME_PLAN = {"subscription": 0.6, "free_trial": 0.3, "api": 0.1}
_HOME_PATH = {"subscription": 0.85, "api": 0.15}
_CHAT = Habit(median=0.75, sigma=1.25, most=60)

PEOPLE: tuple[Persona, ...] = (
    Persona(
        name="casual_chat",
        share=0.33,
        facts=Circumstances(plan=_HOME_PLAN, path=_HOME_PATH, cardless=0.35),
        habit=_CHAT,
        write=people.casual,
        look_alike=False,
    ),
    Persona(
        name="family",
        share=0.03,
        facts=Circumstances(
            group=(2, 5),
            plan=_HOME_PLAN,
            path=_HOME_PATH,
            card_of=0,
            device_of=2,
            place="household",
        ),
        habit=_CHAT,
        write=people.casual,
    ),
    Persona(
        name="vpn_privacy",
        share=0.03,
        facts=Circumstances(
            plan=_HOME_PLAN, path=_HOME_PATH, cardless=0.5, place="tunnel", newcomers=0.25
        ),
        habit=_CHAT,
        write=people.casual,
    ),
    Persona(
        name="launch_day",
        share=0.03,
        facts=Circumstances(
            group=(40, 160),
            plan=_HOME_PLAN,
            path=_HOME_PATH,
            cardless=0.4,
            batch_hours=40,
            newcomers=0.5,
        ),
        habit=_CHAT,
        write=people.casual,
    ),
    Persona(
        name="disposable_mail",
        share=0.025,
        facts=Circumstances(
            plan={"free_trial": 0.8, "api": 0.2},
            path=_HOME_PATH,
            cardless=0.8,
            mail="throwaway",
            newcomers=0.6,
            age_days=40,
            verified={"email": 0.8, "phone": 0.2},
        ),
        habit=Habit(median=0.9, sigma=1.1, most=40),
        write=people.casual,
    ),
    Persona(
        name="prompt_gallery",
        share=0.05,
        facts=Circumstances(plan=_HOME_PLAN, path=_HOME_PATH, cardless=0.35),
        habit=_CHAT,
        write=people.gallery,
    ),
    Persona(
        name="developer",
        share=0.05,
        facts=Circumstances(client="mixed", clients=3, newcomers=0.15),
        habit=Habit(median=1.5, sigma=1.2, most=120, turns=4),
        write=people.developer,
        look_alike=False,
    ),
    Persona(
        name="student_class",
        share=0.055,
        facts=Circumstances(
            group=(22, 60),
            plan={"education": 0.8, "free_trial": 0.2},
            path=_HOME_PATH,
            cardless=0.8,
            device_of=5,
            place="campus",
            mail="group",
            batch_hours=30,
            newcomers=0.4,
        ),
        habit=Habit(median=1.5, sigma=0.8, most=40),
        write=people.student,
    ),
    Persona(
        name="enterprise_nat",
        share=0.07,
        facts=Circumstances(
            group=(90, 260),
            organization=True,
            card_of=0,
            device_of=0,
            place="office",
            mail="group",
            plan={"subscription": 0.7, "cloud": 0.3},
            path={"subscription": 0.7, "cloud:alto": 0.3},
            batch_hours=400,
        ),
        habit=Habit(median=2.2, sigma=1.0, weekend=0.08, most=80),
        write=people.office,
    ),
    Persona(
        name="agency_staff",
        share=0.025,
        facts=Circumstances(
            group=(8, 45),
            card_of=9,
            device_of=9,
            place="office",
            mail="group",
            plan={"subscription": 0.8, "api": 0.2},
            batch_hours=100,
        ),
        habit=Habit(median=3.0, sigma=0.9, weekend=0.1, most=90),
        write=people.agency,
    ),
    Persona(
        name="hackathon",
        share=0.02,
        facts=Circumstances(
            group=(30, 90),
            cardless=0.9,
            device_of=2,
            place="campus",
            client="sdk",
            plan={"free_trial": 0.7, "startup_credit": 0.3},
            batch_hours=14,
            newcomers=0.8,
        ),
        habit=Habit(median=3.0, sigma=1.0, spread=5, weekend=1.5, noise=1.8, most=120),
        write=people.starters,
    ),
    Persona(
        name="startup_credit",
        share=0.03,
        facts=Circumstances(
            group=(1, 4),
            organization=True,
            card_of=0,
            plan={"startup_credit": 1.0},
            mail="own",
            client="mixed",
            clients=3,
            place="cloud",
        ),
        habit=Habit(median=2.5, sigma=1.4, spread=5, most=200),
        write=people.starters,
    ),
    Persona(
        name="reasoning_auditor",
        share=0.008,
        facts=Circumstances(
            group=(1, 5),
            client="sdk",
            tinkering=0.2,
            mail="group",
            place="office",
            plan={"research": 0.7, "api": 0.3},
            use={"research": 0.7, "evaluation": 0.3},
        ),
        habit=Habit(median=4, sigma=1.1, turns=12, pause=6, spread=4, even=True, noise=1.5),
        write=people.auditor,
    ),
    Persona(
        name="red_team",
        share=0.006,
        facts=Circumstances(
            group=(1, 6),
            client="sdk",
            tinkering=0.2,
            mail="group",
            place="office",
            plan={"research": 0.5, "api": 0.5},
            use={"research": 0.5, "evaluation": 0.5},
        ),
        habit=Habit(median=5, sigma=1.1, turns=9, pause=9, spread=4, even=True, noise=1.5),
        write=people.red_team,
    ),
    Persona(
        name="self_instruct_hobby",
        share=0.01,
        facts=Circumstances(
            client="sdk",
            tinkering=0.1,
            plan={"api": 0.8, "free_trial": 0.2},
            newcomers=0.3,
        ),
        habit=Habit(median=2.5, sigma=1.2, turns=9, pause=6, spread=4, noise=1.5, most=120),
        write=people.hobbyist,
    ),
)
