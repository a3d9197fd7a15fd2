"""Positions of the scenario `national_zh`: people are invented."""

from __future__ import annotations

from dataclasses import dataclass

from _make.provinces import REGIONS


@dataclass(frozen=True)
class Post:
    """A position; `person` is empty where it is open."""

    rep: str
    person: str
    role: str
    region: str
    home: str
    hours: int
    productivity: float
    cost: int
    start: str

    @property
    def manager(self) -> str:
        """Who leads it; nobody leads the managers of the 大区."""
        return "" if self.role == "大区经理" else f"{self.region}大区"


MANAGER_NAMES = ("周志远", "孙立群", "沈国栋", "郑晓峰", "梁家豪", "罗文彬", "马建新")

# Home: the people there; a province with two has two positions.
PEOPLE = {
    "北京": ("赵明辉",),
    "天津": ("李秀兰",),
    "河北": ("王海涛",),
    "山西": ("郭建平",),
    "内蒙古": ("白雪松",),
    "辽宁": ("刘振宇",),
    "吉林": ("金光哲",),
    "黑龙江": ("于洪波",),
    "上海": ("陈思远",),
    "江苏": ("徐雅琴", "蒋伟东"),
    "浙江": ("沈佳怡", "叶文杰"),
    "安徽": ("汪大伟",),
    "福建": ("林志强",),
    "江西": ("熊晓燕",),
    "山东": ("孔令军", "曲丽华"),
    "河南": ("张国庆", "侯俊峰"),
    "湖北": ("胡春梅",),
    "湖南": ("彭立新",),
    "广东": ("黄嘉欣", "何志伟"),
    "广西": ("韦海燕",),
    "重庆": ("冉启明",),
    "四川": ("唐文静", "邓凯"),
    "贵州": ("杨胜利",),
    "云南": ("段晓云",),
    "陕西": ("高建军",),
    "甘肃": ("马晓东",),
    "新疆": ("阿依古丽",),
}
OPEN_HOME = "宁夏"
# Strategic customers that the manager of a 大区 looks after.
LED_BY_MANAGER = {
    "天津": "华北大区",
    "吉林": "东北大区",
    "江西": "华东大区",
    "湖南": "华中大区",
    "海南": "华南大区",
    "贵州": "西南大区",
    "甘肃": "西北大区",
}
NUMBERS = ("一部", "二部")


def posts(region_of: dict[str, str]) -> list[Post]:
    """All positions: the managers of the 大区, the managers of the provinces, the open one."""
    managers = [
        Post(f"{region}大区", name, "大区经理", region, region, 50, 1.0, 38_000, f"201{k}年3月1日")
        for k, (region, name) in enumerate(zip(REGIONS, MANAGER_NAMES, strict=True))
    ]
    return [*managers, *province_posts(region_of), open_post(region_of)]


def province_posts(region_of: dict[str, str]) -> list[Post]:
    """One or two positions in each province that has people."""
    found = []
    for k, (home, people) in enumerate(PEOPLE.items()):
        for n, person in enumerate(people):
            suffix = NUMBERS[n] if len(people) > 1 else ""
            productivity = round(0.94 + (7 * k + 3 * n) % 13 / 100, 2)
            cost = 19_000 + 500 * ((5 * k + n) % 9)
            start = f"20{15 + (3 * k + n) % 10}年{1 + (5 * k) % 12}月1日"
            post = (f"{home}{suffix}", person, "省区经理", region_of[home], home)
            found.append(Post(*post, 96, productivity, cost, start))
    return found


def open_post(region_of: dict[str, str]) -> Post:
    """The position that the model may fill."""
    return Post(OPEN_HOME, "", "省区经理", region_of[OPEN_HOME], OPEN_HOME, 96, 1.0, 19_000, "")


def owner(province: str, tier: int) -> str:
    """Who looks after a cell today; the open position's province is vacant."""
    if tier == 0 and province in LED_BY_MANAGER:
        return LED_BY_MANAGER[province]
    neighbours = {"海南": "广西", "西藏": "四川", "青海": "甘肃", "宁夏": ""}
    home = neighbours.get(province, province)
    people = PEOPLE.get(home, ())
    if len(people) < 2:
        return home
    if province == "西藏":
        return f"{home}{NUMBERS[1]}"
    return f"{home}{NUMBERS[0 if tier == 0 else 1]}"
