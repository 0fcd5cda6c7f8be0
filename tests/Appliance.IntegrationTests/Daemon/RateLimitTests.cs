using System.Net;
using System.Net.Http.Json;

namespace Appliance.IntegrationTests.Daemon;

public class RateLimitTests
{
    [Fact]
    public async Task Requests_BeyondTheLimit_Get429WithRetryAfter_HealthGoesOn()
    {
        var box = new RunningBox("\"RequestsPerMinute\": 10", claim: false);
        await box.InitializeAsync();
        try
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => box.Anonymous.GetAsync("/api/v1/claim")));

            var refused = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToList();
            Assert.NotEmpty(refused);
            Assert.All(refused, answer => Assert.NotNull(answer.Headers.RetryAfter));
            await RunningBox.Problem(refused[0], 429, "too-many-requests");
            Assert.Equal(HttpStatusCode.OK, (await box.Anonymous.GetAsync("/health/live")).StatusCode);
        }
        finally
        {
            await box.DisposeAsync();
        }
    }

    [Fact]
    public async Task LogIn_WrongPasswordAgainAndAgain_SlowsDownAlsoForTheRightOne()
    {
        // The first wait is a second, which a slow machine takes for one password.
        var box = new RunningBox("", clock: new StoppedWallClock());
        await box.InitializeAsync();
        try
        {
            HttpResponseMessage answer;
            var tries = 0;
            do
            {
                answer = await LogIn(box, "wrong password " + tries);
            }
            while (answer.StatusCode == HttpStatusCode.Unauthorized && ++tries < 30);

            await RunningBox.Problem(answer, 429, "too-many-requests");
            Assert.NotNull(answer.Headers.RetryAfter);
            Assert.Equal(HttpStatusCode.TooManyRequests, (await LogIn(box, RunningBox.Password)).StatusCode);
            var audit = await (await box.Admin.GetAsync("/api/v1/audit?action=user.&limit=200")).Content.ReadAsStringAsync();
            Assert.Contains("login_failed", audit);
            Assert.DoesNotContain("wrong password", audit);
        }
        finally
        {
            await box.DisposeAsync();
        }
    }

    /// <summary>What time it is stands still; timers and elapsed time go on.</summary>
    private sealed class StoppedWallClock : TimeProvider
    {
        private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => _now;
    }

    private static Task<HttpResponseMessage> LogIn(RunningBox box, string password) =>
        box.Anonymous.PostAsJsonAsync("/api/v1/session", new { username = "viewer", password });
}
