"""The catalogue of honest programmes.

One line a programme. `size`: how many accounts belong together; `bind`: what ties them (solo,
crowd of strangers, firm, school, agency); `style`: whose wording it is (own, group, or public: one
of a few that circulate); `rate`: median requests a day and its log-spread.
"""

from dataclasses import dataclass

CATALOGUE = """
plain_chat          |23 |1      |solo  |own   |home  |web    |subscription|own  |big |5  |0.9|human  |chat   |any    |mixed|mask spun
phone_chat          |5  |1      |solo  |own   |mobile|app    |subscription|own  |big |4  |0.8|human  |chat   |any    |mixed|mask spun
plain_script        |6  |1      |solo  |own   |home  |py     |api         |own  |big |6  |1.1|human  |plain  |any    |en   |mask
api_tinkerer        |3  |1      |solo  |own   |home  |curl   |free_trial  |none |big |3  |0.8|evening|chat   |any    |mixed|mask spun new=.4
coding_harness_user |9  |1      |solo  |public|home  |harness|api         |own  |big |14 |0.9|dev    |coder  |code   |en   |mask think fork
editor_plugin_user  |4  |1      |solo  |public|home  |tool   |api         |own  |big |8  |0.9|dev    |review |code   |en   |mask
home_cron_job       |2  |1      |solo  |own   |home  |req    |api         |own  |big |8  |0.9|cron   |summar |text   |en   |mask
blog_template_crowd |4  |8-60   |crowd |public|home  |py     |api         |own  |big |5  |0.9|human  |steps  |any    |en   |mask think
open_source_tool    |4  |20-120 |crowd |public|home  |tool   |api         |own  |big |7  |1.0|evening|rag    |service|en   |mask
browser_extension   |3  |10-60  |crowd |public|home  |ext    |api         |own  |big |7  |0.8|human  |summar |text   |en   |mask
nocode_automation   |3  |1      |solo  |public|hooks |nocode |api         |own  |any |12 |1.0|service|extract|service|en   |mask
chat_frontend       |2  |1      |solo  |own   |home  |tool   |api         |own  |big |9  |0.9|evening|chat   |any    |mixed|mask spun
character_players   |3  |10-50  |crowd |public|home  |tool   |api         |own  |big |15 |0.9|evening|play   |role   |en   |mask fork
game_mod            |2  |15-60  |crowd |group |home  |node   |api         |own  |big |10 |0.8|evening|play   |role   |en   |mask
prompt_community    |2  |15-60  |crowd |group |home  |web    |subscription|own  |big |5  |0.8|evening|jail   |chat   |en   |spun
prompt_generator    |2  |15-60  |crowd |group |home  |tool   |api         |own  |any |6  |0.7|human  |expert |any    |en   |mask spun loud
newsletter_prompt   |2  |20-80  |crowd |group |home  |web    |subscription|own  |big |3  |0.6|human  |essay  |any    |en   |mask oneday
homework_group      |2  |6-25   |crowd |own   |home  |app    |subscription|own  |big |4  |0.7|student|tutor  |bench  |en   |list=25 spun
bootcamp            |2  |15-50  |school|group |office|py     |education   |none |big |9  |0.6|student|coder  |code   |en   |event new=.8 list=30
mooc_cohort         |2  |25-90  |crowd |group |home  |py     |free_trial  |none |big |6  |0.7|student|steps  |bench  |en   |new=.8 list=40 think slots
campus_address      |3  |20-80  |school|own   |campus|web    |education   |none |edu |5  |0.9|student|chat   |any    |mixed|spun
class_room          |2  |15-40  |school|group |campus|web    |education   |none |edu |7  |0.5|student|tutor  |bench  |en   |event list=20 slots
hackathon           |2  |15-60  |crowd |own   |home  |py     |startup_credit|none|big|14 |0.7|evening|plain  |any    |en   |event venue new=1
office_nat          |2  |10-60  |firm  |group |office|web    |subscription|firm |firm|5  |0.8|office |chat   |any    |en   |spun
firm_prompt         |2  |10-50  |firm  |group |office|py     |api         |firm |firm|8  |0.8|office |expert |own    |en   |spun
firm_many_accounts  |1.5|6-30   |firm  |group |cloud |py     |api         |firm |firm|40 |0.9|service|service|service|en   |hop think
agency              |1.5|8-25   |firm  |group |office|node   |api         |firm |any |9  |0.8|office |essay  |own    |mixed|slots
call_centre         |1.5|12-40  |firm  |group |office|web    |api         |firm |firm|16 |0.5|shift  |rag    |service|en   |
translation_shop    |1.5|5-20   |firm  |group |office|py     |api         |firm |firm|20 |0.8|office |transl |any    |mixed|split slots
label_subcontractor |1.5|30-60  |agency|group |home  |web    |api         |own  |big |16 |0.4|shift  |label  |text   |en   |split new=.4
judge_subcontractor |1  |20-40  |agency|group |home  |py     |api         |own  |big |14 |0.4|shift  |rubric |judge  |en   |split decl=evaluation
saas_template       |1.2|1      |solo  |own   |cloud |node   |api         |own  |firm|90 |1.1|service|extract|service|en   |decl=product biz
support_bot         |1.2|1      |solo  |own   |cloud |node   |api         |own  |firm|60 |1.1|service|service|service|mixed|decl=product biz
rag_product         |1.2|1      |solo  |own   |cloud |lang   |api         |own  |firm|60 |1.1|service|rag    |chat   |en   |decl=product
rag_backfill        |.5 |1      |solo  |own   |cloud |lang   |api         |own  |firm|80 |0.8|batch  |summar |text   |en   |late
batch_labelling     |.7 |1      |solo  |own   |cloud |py     |api         |own  |firm|90 |0.9|batch  |extract|service|en   |decl=annotation
embedded_classifier |.5 |1      |solo  |own   |cloud |go     |api         |own  |firm|60 |0.9|service|logits |service|en   |
oneword_router      |.5 |1      |solo  |own   |cloud |go     |cloud       |none |none|60 |0.9|service|oneword|service|en   |cloud
nightly_eval        |.8 |1-3    |firm  |group |cloud |py     |api         |firm |firm|50 |0.7|cron   |bench  |bench  |en   |list=80 decl=evaluation loud
drift_monitor       |.6 |1      |solo  |own   |cloud |req    |api         |own  |firm|40 |0.6|cron   |steps  |bench  |en   |list=12
release_benchmarker |1.2|8-30   |crowd |public|home  |py     |api         |own  |big |9  |1.0|evening|bench  |bench  |en   |list=120 release loud
judge_qa            |.8 |1      |solo  |own   |cloud |py     |api         |own  |firm|60 |0.9|cron   |rubric |judge  |en   |decl=evaluation
ab_grader           |.6 |1      |solo  |own   |cloud |py     |api         |own  |firm|50 |0.9|batch  |pair   |judge  |en   |decl=evaluation
synthetic_licensed  |.5 |1-6    |firm  |group |cloud |py     |api         |firm |firm|120|0.8|batch  |evolve |meta   |en   |decl=synthetic_data auth slots
distil_licensed     |.5 |1-6    |firm  |group |cloud |py     |api         |firm |firm|120|0.8|batch  |steps  |bench  |mixed|auth decl=synthetic_data slots loud think
survey_simulation   |.6 |1-3    |school|group |campus|py     |research    |none |edu |50 |0.8|batch  |persona|own    |en   |decl=research
reasoning_audit     |.7 |2-8    |school|group |campus|py     |research    |none |edu |20 |0.8|office |posthoc|bench  |en   |decl=research think slots
multilingual_study  |.5 |2-8    |school|group |campus|py     |research    |none |edu |25 |0.8|office |langmatch|own  |mixed|decl=research think
red_team            |.7 |3-12   |firm  |group |vpn   |py     |research    |firm |firm|25 |0.9|office |jail   |chat   |en   |decl=research slots
tutoring_app        |.8 |1-4    |firm  |group |cloud |node   |api         |firm |firm|70 |0.9|service|tutor  |bench  |mixed|decl=education slots
exam_coach          |.8 |1      |solo  |own   |home  |py     |api         |own  |big |18 |0.8|evening|task   |own    |en   |slots
test_writers        |.8 |4-15   |firm  |group |office|harness|api         |firm |firm|16 |0.7|office |task   |code   |en   |spun
ci_reviewer         |.8 |1      |solo  |own   |runners|node  |api         |own  |firm|45 |0.9|service|review |code   |en   |keys=1
agent_fleet         |.6 |1-6    |firm  |group |cloud |harness|api         |firm |firm|90 |0.8|fleet  |agent  |agent  |en   |think hop
tool_integrator     |.6 |1      |solo  |own   |cloud |lang   |api         |own  |firm|40 |0.9|service|tool   |tool   |en   |
desktop_rpa         |.5 |1-5    |firm  |group |office|py     |api         |firm |firm|40 |0.8|cron   |gui    |own    |en   |
photo_captions      |.8 |1      |solo  |own   |cloud |node   |api         |own  |firm|40 |1.0|service|vision |own    |mixed|
corpus_cleaner      |.6 |1-4    |firm  |group |cloud |py     |api         |firm |firm|60 |0.9|batch  |clean  |text   |en   |decl=product slots
content_farm        |1.2|6-30   |agency|group |vpn   |req    |api         |firm |odd |14 |0.8|cron   |essay  |own    |mixed|new=.5 spun
trial_hoppers       |1.2|2-6    |agency|own   |home  |web    |free_trial  |none |odd |6  |0.7|human  |chat   |any    |mixed|new=.7 spun device banned=.25
storefront_reseller |1  |4-25   |firm  |own   |cloud |go     |api         |firm |any |35 |0.9|service|chat   |any    |mixed|decl=reseller spun brand banned=.05
quiet_reseller      |.8 |4-20   |agency|own   |vpn   |go     |subscription|own  |big |25 |0.8|service|chat   |any    |mixed|spun banned=.2
gateway_tenants     |1.2|5-25   |firm  |own   |cloud |go     |cloud       |none |none|30 |1.1|service|plain  |any    |mixed|hides spun
community_bot       |1  |1      |solo  |own   |cloud |node   |api         |own  |big |30 |1.0|service|chat   |any    |mixed|spun brand
failover_product    |.6 |1-3    |firm  |group |cloud |node   |cloud       |firm |firm|50 |0.9|service|service|service|en   |bursty decl=product
assistant_movers    |1  |10-40  |crowd |group |home  |web    |subscription|own  |big |3  |0.7|human  |import |chat   |mixed|new=.5
travelling_key      |.8 |1      |solo  |own   |home  |py     |api         |own  |big |12 |0.9|dev    |coder  |code   |en   |moves think
ml_hobbyists        |1  |1      |solo  |own   |home  |harness|api         |own  |big |9  |0.9|dev    |steps  |own    |en   |ml think spun
"""


@dataclass(slots=True)
class Program:
    """One line of the catalogue."""

    name: str
    share: float
    size: tuple[int, int]
    bind: str
    style: str
    place: str
    client: str
    plan: str
    pay: str
    mail: str
    rate: float
    sigma: float
    rhythm: str
    job: str
    shelf: str
    lang: str
    flags: dict[str, str]


def catalogue() -> list[Program]:
    """Read the table above."""
    programs = []
    for line in CATALOGUE.strip().splitlines():
        c = [cell.strip() for cell in line.split("|")]
        low, _, high = c[2].partition("-")
        flags = {f.partition("=")[0]: f.partition("=")[2] for f in c[16].split()}
        size = (int(low), int(high or low))
        head = (c[0], float(c[1]), size, *c[3:10], float(c[10]), float(c[11]))
        programs.append(Program(*head, *c[12:16], flags))
    return programs
