using System.Text;
using Appliance.Delivery.Notifications;

namespace Appliance.UnitTests.Delivery.Notifications;

public class WebhookSignatureTests
{
    [Fact]
    public void Sign_ExampleOfStandardWebhooks_IsTheirs()
    {
        var secret = WebhookSignature.ParseSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")!;

        var signature = WebhookSignature.Sign(
            secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, Encoding.UTF8.GetBytes("""{"test": 2432232314}"""));

        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", signature);
    }

    [Theory]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_")]
    [InlineData("whsec_short")]
    [InlineData("whsec_not base64 at all, but long enough for one")]
    public void ParseSecret_NoSecret_IsNull(string text) => Assert.Null(WebhookSignature.ParseSecret(text));
}
