"""Provinces of China for an invented company: where they lie, and a rough weight of their economy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Province:
    """A province: its 大区, the position of its capital (rounded), and its weight in the business."""

    region: str
    latitude: float
    longitude: float
    weight: float


PROVINCES = {
    "北京": Province("华北", 39.9, 116.4, 4.3),
    "天津": Province("华北", 39.1, 117.2, 1.6),
    "河北": Province("华北", 38.0, 114.5, 4.2),
    "山西": Province("华北", 37.9, 112.5, 2.5),
    "内蒙古": Province("华北", 40.8, 111.7, 2.4),
    "辽宁": Province("东北", 41.8, 123.4, 2.9),
    "吉林": Province("东北", 43.9, 125.3, 1.3),
    "黑龙江": Province("东北", 45.8, 126.5, 1.6),
    "上海": Province("华东", 31.2, 121.5, 4.6),
    "江苏": Province("华东", 32.1, 118.8, 11.0),
    "浙江": Province("华东", 30.3, 120.2, 8.0),
    "安徽": Province("华东", 31.8, 117.2, 4.6),
    "福建": Province("华东", 26.1, 119.3, 5.2),
    "江西": Province("华东", 28.7, 115.9, 3.2),
    "山东": Province("华东", 36.7, 117.0, 8.5),
    "河南": Province("华中", 34.7, 113.6, 5.8),
    "湖北": Province("华中", 30.6, 114.3, 5.4),
    "湖南": Province("华中", 28.2, 112.9, 4.9),
    "广东": Province("华南", 23.1, 113.3, 12.0),
    "广西": Province("华南", 22.8, 108.3, 2.6),
    "海南": Province("华南", 20.0, 110.3, 0.8),
    "重庆": Province("西南", 29.6, 106.5, 2.9),
    "四川": Province("西南", 30.7, 104.1, 5.8),
    "贵州": Province("西南", 26.6, 106.7, 2.0),
    "云南": Province("西南", 25.0, 102.7, 2.9),
    "西藏": Province("西南", 29.7, 91.1, 0.3),
    "陕西": Province("西北", 34.3, 108.9, 3.3),
    "甘肃": Province("西北", 36.1, 103.8, 1.2),
    "青海": Province("西北", 36.6, 101.8, 0.4),
    "宁夏": Province("西北", 38.5, 106.3, 0.6),
    "新疆": Province("西北", 43.8, 87.6, 1.9),
}

REGIONS = ("华北", "东北", "华东", "华中", "华南", "西南", "西北")


def centre(region: str) -> tuple[float, float]:
    """Mean position of a 大区."""
    inside = [p for p in PROVINCES.values() if p.region == region]
    return (
        round(sum(p.latitude for p in inside) / len(inside), 1),
        round(sum(p.longitude for p in inside) / len(inside), 1),
    )
