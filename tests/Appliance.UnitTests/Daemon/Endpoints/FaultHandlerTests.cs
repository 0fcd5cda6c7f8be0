using System.Text.Json;
using Appliance.Daemon.Endpoints;
using Appliance.Daemon.Endpoints.Support;

namespace Appliance.UnitTests.Daemon.Endpoints;

public class FaultHandlerTests
{
    [Theory]
    [InlineData("""{"username":5,"password":"p","role":"viewer"}""", "username", "wrong type")]
    [InlineData("""{"username":"u","password":"p","role":"king"}""", "role", "wrong type")]
    [InlineData("""{"username":"u","password":"p","role":3}""", "role", "wrong type")]
    [InlineData("""{"username":"u","password":null,"role":"viewer"}""", "", "")]
    [InlineData("""{"username":"u","password":"p","role":"viewer","extra":1}""", "extra", "no such member")]
    [InlineData("""{"username":"u","username":"v","password":"p","role":"viewer"}""", "username", "twice")]
    [InlineData("""{"username":"u"}""", "", "missing: 'password', 'role'")]
    [InlineData("""{"username":"u",""", "", "not valid JSON")]
    public void Describe_BodyThatDoesNotFit_NamesThePlaceAndNoClass(string json, string path, string reason)
    {
        var error = Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize<NewUserRequest>(json, ApiJson.Options));

        var problem = FaultHandler.Describe(error);

        Assert.Equal(400, problem.Status);
        Assert.DoesNotContain("Appliance.", problem.Detail);
        Assert.Contains(reason, problem.Detail);
        var errors = Assert.IsType<Dictionary<string, string[]>>(problem.Extensions["errors"]);
        if (path.Length > 0)
            Assert.Contains(path, errors.Keys);
    }
}
