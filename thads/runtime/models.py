"""How far the first start has come."""

from __future__ import annotations

from django.db import models


class MilestoneName(models.TextChoices):
    REFERENCE_LOADED = "REFERENCE_LOADED", "Đã nạp dữ liệu danh mục"
    DEMO_WANTED = "DEMO_WANTED", "Có nạp dữ liệu minh họa"
    DEMO_DECLINED = "DEMO_DECLINED", "Không nạp dữ liệu minh họa"
    DEMO_LOADED = "DEMO_LOADED", "Đã nạp dữ liệu minh họa"
    DEMO_COUNTED = "DEMO_COUNTED", "Đã tổng hợp dữ liệu minh họa"


class Milestone(models.Model):
    """A step that was reached, and when. Kept in the database because every web process has to know."""

    name = models.CharField(max_length=30, choices=MilestoneName.choices, unique=True)
    reached_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "Mốc vận hành"
        verbose_name_plural = "Mốc vận hành"

    def __str__(self) -> str:
        return str(MilestoneName(self.name).label)

    @classmethod
    def reach(cls, name: MilestoneName) -> None:
        """Record that this was reached; the first time counts."""
        cls.objects.get_or_create(name=name)

    @classmethod
    def forget(cls, *names: MilestoneName) -> None:
        cls.objects.filter(name__in=names).delete()

    @classmethod
    def reached(cls) -> frozenset[MilestoneName]:
        return frozenset(MilestoneName(name) for name in cls.objects.values_list("name", flat=True))


def ready(reached: frozenset[MilestoneName]) -> bool:
    """Reference data are there, and demonstration data are counted or not wanted."""
    settled = {MilestoneName.DEMO_DECLINED, MilestoneName.DEMO_COUNTED}
    return MilestoneName.REFERENCE_LOADED in reached and bool(settled & reached)
