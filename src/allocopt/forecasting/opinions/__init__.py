"""Opinions: what the pipeline and the field expect, beside the statistical forecast.

baseline = Baseline(series, calendar, plan_start, mean, origins, past, actual, lead)
places = Places(series, tree, units)
pipeline = read_pipeline(scenario.table("pipeline"), baseline, places)
judgement = read_judgement(scenario.table("judgement"), baseline, places)
opinions = [pipeline.opinion, judgement]  # those that are not None
blended = blend(baseline.mean, opinions)
judgement.record.value_added()
"""

from allocopt.forecasting.opinions.baseline import Baseline
from allocopt.forecasting.opinions.blend import WEIGHTS, Blend, blend
from allocopt.forecasting.opinions.judgement import read_judgement
from allocopt.forecasting.opinions.opinion import VALUE_ADDED, Opinion, TrackRecord
from allocopt.forecasting.opinions.pipeline import PipelineOpinion, read_pipeline
from allocopt.forecasting.opinions.scopes import Places

__all__ = [
    "VALUE_ADDED",
    "WEIGHTS",
    "Baseline",
    "Blend",
    "Opinion",
    "PipelineOpinion",
    "Places",
    "TrackRecord",
    "blend",
    "read_judgement",
    "read_pipeline",
]
