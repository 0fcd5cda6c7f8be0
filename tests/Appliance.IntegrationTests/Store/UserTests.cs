using System.Text;
using Appliance.Store;
using Appliance.Store.Users;

namespace Appliance.IntegrationTests.Store;

public sealed class UserTests : IDisposable
{
    private const string Password = "a long enough passphrase";

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Claim_WithTheCodeOfThisStart_MakesTheFirstAdminOnce()
    {
        string? old;
        await using (var store = await _folder.Open())
            old = await store.ClaimCode.Renew();
        await using var reopened = await _folder.Open();
        var code = await reopened.ClaimCode.Renew();

        Assert.False((await reopened.ClaimCode.Claim(old!, "root", Password, "192.0.2.1")).IsDone);
        var claimed = await reopened.ClaimCode.Claim(code!.ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal), "boss", Password, "192.0.2.1");
        var again = await reopened.ClaimCode.Claim(code, "boss2", Password, "192.0.2.1");

        Assert.Equal((Role.Admin, true), (claimed.Value!.Role, claimed.IsDone));
        Assert.Equal(ChangeStatus.Refused, again.Status);
        Assert.True(reopened.Users.IsClaimed);
        Assert.Null(await reopened.ClaimCode.Renew());
        Assert.False(_folder.Holds(Encoding.UTF8.GetBytes(code)));
    }

    [Fact]
    public async Task LogIn_WrongPasswords_SlowDownAlsoAcrossARestart()
    {
        var clock = new SetClock();
        await using (var store = await _folder.Open(clock: clock))
        {
            await store.Users.Add("boss", Password, Role.Admin, StoreFolder.Someone);
            for (var i = 0; i < 6; i++)
                Assert.Equal(LoginStatus.Denied, (await store.Users.LogIn("boss", "wrong password", $"192.0.2.{i}")).Status);
        }

        await using var reopened = await _folder.Open(clock: clock);
        var blocked = await reopened.Users.LogIn("Boss", Password, "192.0.2.99");
        clock.Advance(TimeSpan.FromSeconds(2));
        var allowed = await reopened.Users.LogIn("boss", Password, "192.0.2.99");

        Assert.Equal((LoginStatus.SlowDown, TimeSpan.FromSeconds(1)), (blocked.Status, blocked.RetryAfter));
        Assert.Equal((LoginStatus.Done, "boss"), (allowed.Status, allowed.User!.Name));
        Assert.Equal(6, (await reopened.Audit.List(new() { Action = "user.login_failed" }, null, 100)).Items.Count);
    }

    [Fact]
    public async Task LogIn_ManyNamesFromOneAddress_SlowsTheAddress()
    {
        await using var store = await _folder.Open(clock: new SetClock());
        for (var i = 0; i < 11; i++)
            await store.Users.LogIn($"guess{i}", new('x', 300), "2001:db8::1");

        var sameNetwork = await store.Users.LogIn("other", Password, "2001:db8::2");
        var elsewhere = await store.Users.LogIn("other", new('x', 300), "2001:db8:1::1");

        Assert.Equal(LoginStatus.SlowDown, sameNetwork.Status);
        Assert.Equal(LoginStatus.Denied, elsewhere.Status);
    }

    [Fact]
    public async Task Update_LastAdmin_IsRefused()
    {
        await using var store = await _folder.Open();
        var boss = (await store.Users.Add("boss", Password, Role.Admin, StoreFolder.Someone)).Value!;
        await store.Users.Add("other", Password, Role.Operator, StoreFolder.Someone);

        var demoted = await store.Users.Update(boss.Id, null, Role.Viewer, null, StoreFolder.Someone);
        var disabled = await store.Users.Update(boss.Id, null, null, true, StoreFolder.Someone);
        var removed = await store.Users.Remove(boss.Id, null, StoreFolder.Someone);

        Assert.All([demoted, disabled, removed], result => Assert.Equal(ChangeStatus.Refused, result.Status));
        Assert.Equal(ChangeStatus.Refused, (await store.Users.Add("boss", Password, Role.Viewer, StoreFolder.Someone)).Status);
    }

    [Fact]
    public async Task Authenticate_Token_EndsWithExpiryRevocationAndItsOwner()
    {
        var clock = new SetClock();
        await using var store = await _folder.Open(clock: clock);
        var owner = (await store.Users.Add("olga", Password, Role.Operator, StoreFolder.Someone)).Value!;
        var machine = (await store.Tokens.Issue("vms", Role.Viewer, null, null, false, StoreFolder.Someone)).Value!;
        var brief = (await store.Tokens.Issue("brief", Role.Viewer, null, TimeSpan.FromMinutes(1), false, StoreFolder.Someone)).Value!;
        var owned = (await store.Tokens.Issue("olga's", Role.Admin, owner.Id, null, true, StoreFolder.Someone)).Value!;

        Assert.Equal(new("", "token:vms", null, Role.Viewer), (await store.Tokens.Authenticate(machine.Secret))! with { TokenId = "" });
        Assert.Equal(Role.Operator, (await store.Tokens.Authenticate(owned.Secret))!.Role);
        Assert.NotNull(await store.Tokens.Authenticate(brief.Secret));
        Assert.Null(await store.Tokens.Authenticate(machine.Secret[..^1] + "A_"));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await store.Tokens.Authenticate(brief.Secret));
        await store.Tokens.Revoke(machine.Token.Id, StoreFolder.Someone);
        Assert.Null(await store.Tokens.Authenticate(machine.Secret));
        await store.Users.Update(owner.Id, null, null, true, StoreFolder.Someone);
        Assert.Null(await store.Tokens.Authenticate(owned.Secret));
        Assert.False(_folder.Holds(Encoding.UTF8.GetBytes(owned.Secret)));
    }

    [Fact]
    public async Task SetPassword_ByAdmin_EndsSessionsAndTheOldPassword()
    {
        await using var store = await _folder.Open();
        var user = (await store.Users.Add("olga", Password, Role.Operator, StoreFolder.Someone)).Value!;
        var session = (await store.Tokens.Issue("session", Role.Operator, user.Id, TimeSpan.FromHours(8), true, StoreFolder.Someone)).Value!;

        var result = await store.Users.SetPassword(user.Id, 1, "another good passphrase", StoreFolder.Someone);

        Assert.Equal(2, result.Value!.Version);
        Assert.Null(await store.Tokens.Authenticate(session.Secret));
        Assert.Equal(LoginStatus.Denied, (await store.Users.LogIn("olga", Password, "a")).Status);
        Assert.Equal(LoginStatus.Done, (await store.Users.LogIn("olga", "another good passphrase", "a")).Status);
    }
}
