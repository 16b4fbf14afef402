from django.urls import path

from officers.api import accounts, assignments, bulk, delegations, me, officers, roles, staff_counts, units

urlpatterns = [
    path("units/", units.UnitList.as_view(), name="units"),
    path("units/<str:code>/", units.UnitDetail.as_view(), name="unit"),
    path("staff-counts/", staff_counts.StaffCountList.as_view(), name="staff-counts"),
    path("staff-counts/<str:id>/", staff_counts.StaffCountDetail.as_view(), name="staff-count"),
    path("officers/", officers.OfficerList.as_view(), name="officers"),
    *bulk.OFFICER_BULK.paths(),
    path("officers/<str:code>/", officers.OfficerDetail.as_view(), name="officer"),
    path("assignments/", assignments.AssignmentList.as_view(), name="assignments"),
    path("assignments/<str:id>/", assignments.AssignmentDetail.as_view(), name="assignment"),
    path("delegations/", delegations.DelegationList.as_view(), name="delegations"),
    path("delegations/<str:id>/", delegations.DelegationDetail.as_view(), name="delegation"),
    path("accounts/", accounts.AccountList.as_view(), name="accounts"),
    path("accounts/<str:id>/", accounts.AccountDetail.as_view(), name="account"),
    path("accounts/<str:id>/password/", accounts.PasswordReset.as_view(), name="account-password"),
    path("accounts/<str:id>/unlock/", accounts.LockRelease.as_view(), name="account-unlock"),
    path("me/", me.Me.as_view(), name="me"),
    path("roles/", roles.RoleList.as_view(), name="roles"),
]
